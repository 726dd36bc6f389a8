import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";
import { privateNetwork } from "./network.ts";

/**
 * The app, in a private network of its own, so that no other app of the organization reaches it. It holds the volume with all data, so
 * another name or organization is refused and never replaces it.
 */
export function flyApp(
  name: string,
  args: { appName: string; organization: string },
  opts: pulumi.CustomResourceOptions,
) {
  return new VerbResource(
    name,
    "fly/app",
    {
      environment: {
        APP: args.appName,
        ORGANIZATION: args.organization,
        NETWORK: privateNetwork(args.appName),
      },
    },
    opts,
  );
}
