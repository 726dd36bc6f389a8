import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";
import { privateNetwork } from "./network.ts";

/**
 * The app's private IPv6 address, in the app's own network. That the app has one keeps the first deploy, and one by hand, from allocating
 * public ones.
 */
export function privateIp(name: string, args: { appName: string }, opts: pulumi.CustomResourceOptions) {
  return new VerbResource(
    name,
    "fly/privateIp",
    { environment: { APP: args.appName, NETWORK: privateNetwork(args.appName) } },
    opts,
  );
}
