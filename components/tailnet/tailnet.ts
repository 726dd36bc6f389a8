import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";

export interface TailnetArgs {
  appName: string;
  tailnet: string;
  tags: string[];
  https: boolean;
}

/**
 * The tailnet's side: MagicDNS, HTTPS and the tags are checked when it is made, before all else; the app's device is removed when it is
 * destroyed, after all else.
 */
export function tailnetSide(name: string, args: TailnetArgs, opts: pulumi.CustomResourceOptions) {
  const environment = {
    APP: args.appName,
    TAILNET: args.tailnet,
    TAGS: args.tags.join(","),
    HTTPS: String(args.https),
  };
  return new VerbResource(name, "tailnet/tailnet", { environment }, opts);
}
