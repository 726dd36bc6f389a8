import { appCompactOf } from "../api/account.ts";
import { atLeast, type Command } from "../cli/command.ts";
import { app, stage } from "../cli/commonFlags.ts";
import { FlyError } from "../errors.ts";
import { parsePairs } from "../parsePairs.ts";
import { tellStaged, updateSecrets } from "../secrets/changeSecrets.ts";
import { hasPipedStdin, readStdin } from "../secrets/stdin.ts";

const longestInput = 64 * 1024;
export const secretsSet: Command = {
  name: "set",
  app: "required",
  arguments: atLeast(1),
  flags: [app, stage],
  async run(invocation) {
    await appCompactOf(invocation);
    const values = parsePairs(invocation.args, "could not parse secrets");
    await updateSecrets(invocation, await fillFromStdin(values));
    tellStaged(invocation);
  },
};

/** The value of `NAME=-` is all of stdin, trimmed. For a second such name nothing is left. */
async function fillFromStdin(values: Record<string, string>): Promise<Record<string, string>> {
  const filled = { ...values };
  let input: string | undefined;
  for (const [name, value] of Object.entries(values)) {
    if (value !== "-") continue;
    if (!hasPipedStdin()) throw new FlyError(`secret \`${name}\` expects standard input but none provided`);
    filled[name] = input === undefined ? await readLimited(name) : "";
    input = filled[name];
  }
  return filled;
}

async function readLimited(name: string): Promise<string> {
  const input = await readStdin();
  if (Buffer.byteLength(input) <= longestInput) return input.trim();
  throw new FlyError(`error reading stdin for '${name}': Input exceeded max length of ${longestInput} bytes`);
}
