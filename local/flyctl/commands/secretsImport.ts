import { appCompactOf } from "../api/account.ts";
import type { Command } from "../cli/command.ts";
import { FlyError, Panic, prefixed } from "../errors.ts";
import { applySecrets, updateSecrets } from "../secrets/changeSecrets.ts";
import { parseSecrets } from "../secrets/parseSecrets.ts";
import { readStdin } from "../secrets/stdin.ts";
import { secretFlags } from "./secretFlags.ts";

export const secretsImport: Command = {
  name: "import",
  operands: "[flags]",
  short: "Set secrets as NAME=VALUE pairs from stdin",
  long: "Set one or more encrypted secrets for an application. Values are read from stdin as NAME=VALUE pairs",
  app: "required",
  flags: secretFlags,
  async run(invocation) {
    const app = await appCompactOf(invocation);
    const values = parse(await readStdin());
    if (Object.keys(values).length === 0) throw new FlyError("requires at least one SECRET=VALUE pair");
    await updateSecrets(invocation, values);
    await applySecrets(invocation, app);
  },
};

function parse(input: string): Record<string, string> {
  try {
    return parseSecrets(input);
  } catch (error) {
    if (error instanceof Panic) throw error;
    throw prefixed("Failed to parse secrets from stdin: ", error);
  }
}
