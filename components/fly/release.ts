import type * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";

export interface ReleaseArgs {
  appName: string;
  /** HOST/NAME@sha256:… */
  image: pulumi.Input<string>;
  /** The text of fly.toml. */
  flyToml: pulumi.Input<string>;
  /** Changes when a secret changed that the machine has to see. */
  secretsFingerprint: pulumi.Input<string>;
}

/** The running machine: a change of image, fly.toml or secrets releases it anew, in place. */
export function release(name: string, args: ReleaseArgs, opts: pulumi.CustomResourceOptions) {
  return new VerbResource(
    name,
    "fly/release",
    {
      environment: {
        APP: args.appName,
        IMAGE: args.image,
        FLY_TOML: args.flyToml,
        SECRETS_FINGERPRINT: args.secretsFingerprint,
      },
    },
    opts,
  );
}
