import type * as pulumi from "@pulumi/pulumi";
import { FlyCommand } from "./flyCommand.ts";

/** The app's private IPv6 address. That the app has one keeps the first deploy from allocating public ones. */
export function privateIp(name: string, args: { appName: string }, opts: pulumi.CustomResourceOptions) {
  return new FlyCommand(name, "privateIp", { environment: { APP: args.appName } }, opts);
}
