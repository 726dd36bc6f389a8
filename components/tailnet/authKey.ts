import type * as pulumi from "@pulumi/pulumi";
import * as tailscale from "@pulumi/tailscale";

/** 90 days in seconds, the longest that Tailscale allows. */
const expirySeconds = 90 * 24 * 60 * 60;

/** Days after which an update makes a new key, so that there is always one that is good for another month. */
const renewalDays = 60;

/**
 * The key with which the machine joins the tailnet: reusable, because a machine that lost its identity joins again with it;
 * pre-approved, because nobody sits at the machine; tagged, because a tagged device belongs to no person and its own key never expires.
 *
 * A key is renewed in two ways: an update makes a new one every 60 days, and `pulumi up --refresh` replaces one that was revoked or has
 * expired meanwhile.
 */
export function authKey(
  name: string,
  args: { appName: string; tags: string[] },
  opts: pulumi.CustomResourceOptions,
) {
  return new tailscale.TailnetKey(
    name,
    {
      reusable: true,
      preauthorized: true,
      ephemeral: false,
      expiry: expirySeconds,
      recreateIfInvalid: "always",
      tags: args.tags,
      description: keyDescription(args.appName),
    },
    { ...opts, replacementTrigger: renewalPeriod(new Date()) },
  );
}

/** Tailscale allows 50 letters, digits, dashes and blanks. */
export const keyDescription = (appName: string) => `paperclip-on-fly ${appName}`.slice(0, 50);

/** Counts periods of `renewalDays`; changes once in each. */
export const renewalPeriod = (now: Date) => Math.floor(now.getTime() / (renewalDays * 24 * 60 * 60 * 1000));
