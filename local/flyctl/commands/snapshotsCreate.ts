import { appNameOfVolume } from "../api/account.ts";
import { type Command, exactly } from "../cli/command.ts";
import { app } from "../cli/commonFlags.ts";

export const snapshotsCreate: Command = {
  name: "create",
  app: "optional",
  arguments: exactly(1),
  // The real flyctl also accepts --json and prints the same text.
  flags: [app],
  async run(invocation) {
    const { args, flaps, streams } = invocation;
    const [id = ""] = args;
    const appName = invocation.appName || (await appNameOfVolume(invocation, id));
    const options = { failure: `failed to snapshot ${id}` };
    await flaps.send("POST", `/apps/${appName}/volumes/${id}/snapshots`, options);
    streams.out(`Scheduled to snapshot volume ${id}\n`);
  },
};
