import { appCompactOf } from "../api/account.ts";
import { atLeast, type Command } from "../cli/command.ts";
import { app, stage } from "../cli/commonFlags.ts";
import { tellStaged, updateSecrets } from "../secrets/changeSecrets.ts";

export const secretsUnset: Command = {
  name: "unset",
  app: "required",
  arguments: atLeast(1),
  flags: [app, stage],
  async run(invocation) {
    await appCompactOf(invocation);
    await updateSecrets(invocation, Object.fromEntries(invocation.args.map((name) => [name, null])));
    tellStaged(invocation);
  },
};
