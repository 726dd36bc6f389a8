import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps secrets out of the engine's debug log. Pulumi's SDK writes the engine's answer to each registration there, with every output in
 * clear, and `pulumi up --debug` and `--event-log` show it. Can go when the SDK leaves the answer out of its line "RegisterResource RPC
 * finished".
 */
export function silenceDebugLog(): void {
  Object.assign(pulumi.log, { debug: async () => undefined });
}
