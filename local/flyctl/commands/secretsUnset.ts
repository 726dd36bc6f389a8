import { appCompactOf } from "../api/account.ts";
import { atLeast, type Command } from "../cli/command.ts";
import { applySecrets, updateSecrets } from "../secrets/changeSecrets.ts";
import { secretFlags } from "./secretFlags.ts";

const about = "Unset one or more encrypted secrets for an application";

export const secretsUnset: Command = {
  name: "unset",
  operands: "[flags] NAME NAME ...",
  short: about,
  long: about,
  app: "required",
  arguments: atLeast(1),
  flags: secretFlags,
  async run(invocation) {
    const app = await appCompactOf(invocation);
    await updateSecrets(invocation, Object.fromEntries(invocation.args.map((name) => [name, null])));
    await applySecrets(invocation, app);
  },
};
