import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";

export interface TailnetArgs {
  appName: string;
  tailnet: string;
  tags: string[];
  https: boolean;
}

/**
 * Checks MagicDNS, HTTPS and the tags when it is made, before everything else. Removes the app's device when it is destroyed, after
 * everything else.
 */
export function tailnetChecks(name: string, args: TailnetArgs, opts: pulumi.CustomResourceOptions) {
  return new VerbResource(
    name,
    "tailnet/tailnet",
    {
      environment: {
        APP: args.appName,
        TAILNET: args.tailnet,
        TAGS: args.tags.join(","),
        HTTPS: String(args.https),
      },
    },
    opts,
  );
}
