import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";

/** The app's private IPv6 address. That the app has one keeps the first deploy from allocating public ones. */
export function privateIp(name: string, args: { appName: string }, opts: pulumi.CustomResourceOptions) {
  return new VerbResource(name, "fly/privateIp", { environment: { APP: args.appName } }, opts);
}
