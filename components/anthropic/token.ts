import * as pulumi from "@pulumi/pulumi";
import { secretsFingerprint } from "../fly/secrets.ts";
import { VerbResource } from "../verbResource.ts";
import { dayOf, replaceToken, tokenEndText } from "./tokenYear.ts";

/**
 * The day on which the stack got its Claude token. It is in the state, so that nothing changes from one update to the next; only another
 * token has another day.
 *
 * @returns the day in UTC, e.g. 2026-11-28; empty without a token: of an undefined output the engine would warn at each update
 */
export function tokenDay(
  name: string,
  token: pulumi.Input<string> | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (token === undefined) return pulumi.output("");
  const fingerprint = pulumi.secret(
    pulumi.output(token).apply((value) => secretsFingerprint({ token: value })),
  );
  // There is nothing outside of the state that would have to be removed.
  return new VerbResource(
    name,
    "anthropic/token",
    { environment: { FINGERPRINT: fingerprint } },
    { ...opts, retainOnDelete: true },
  ).output("setOn");
}

/** Warns of a token's end when it is near. Says it in the log only: what depends on the clock is in no resource. */
export function warnOfTokenEnd(setOn: pulumi.Output<string>): void {
  setOn.apply((day) => {
    const text = day && tokenEndText(day, dayOf(new Date()));
    if (text) pulumi.log.warn(`${text}. Run \`claude setup-token\`, then: ${replaceToken}`);
  });
}
