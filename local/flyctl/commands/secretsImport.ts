import { appCompactOf } from "../api/account.ts";
import type { Command } from "../cli/command.ts";
import { app, stage } from "../cli/commonFlags.ts";
import { FlyError, Panic, prefixed } from "../errors.ts";
import { tellStaged, updateSecrets } from "../secrets/changeSecrets.ts";
import { parseSecrets } from "../secrets/parseSecrets.ts";
import { readStdin } from "../secrets/stdin.ts";

export const secretsImport: Command = {
  name: "import",
  app: "required",
  flags: [app, stage],
  async run(invocation) {
    await appCompactOf(invocation);
    const values = parse(await readStdin());
    if (Object.keys(values).length === 0) throw new FlyError("requires at least one SECRET=VALUE pair");
    await updateSecrets(invocation, values);
    tellStaged(invocation);
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
