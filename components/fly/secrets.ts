import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { SecretVariable } from "../settings/variables.ts";
import { VerbResource } from "../verbResource.ts";

/** The app's secrets, staged for the next release. */
export function stagedSecrets(
  name: string,
  args: { appName: string; values: pulumi.Input<Record<string, string>> },
  opts: pulumi.CustomResourceOptions,
) {
  const stdin = pulumi.secret(pulumi.output(args.values).apply((values) => JSON.stringify(values)));
  return new VerbResource(name, "fly/secrets", { environment: { APP: args.appName }, stdin }, opts);
}

/** Secrets whose change alone must not restart the machine: a device that has joined needs its key no more. */
const withoutRestart = new Set<string>(["TAILSCALE_AUTH_KEY"] satisfies SecretVariable[]);

/**
 * A hash that changes when the machine has to be released anew because of a secret. It is a secret itself: a short value could be
 * guessed from its hash.
 */
export function secretsFingerprint(values: Readonly<Record<string, string>>): string {
  const relevant = Object.entries(values).filter(([name]) => !withoutRestart.has(name));
  relevant.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(relevant)).digest("hex");
}
