import { type Command, exactly } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { printJson } from "../invocation.ts";
import { Volume } from "../types/volume.ts";
import { volumeText } from "./volumeText.ts";

export const volumesUpdate: Command = {
  name: "update",
  app: "required",
  arguments: exactly(1),
  flags: [
    app,
    json,
    { name: "snapshot-retention", type: "int" },
    { name: "scheduled-snapshots", type: "bool" },
  ],
  async run(invocation) {
    const { appName, args, flags, flaps, settings, streams } = invocation;
    const body = {
      snapshot_retention: flags.number("snapshot-retention") || null,
      auto_backup_enabled: flags.isGiven("scheduled-snapshots") ? flags.bool("scheduled-snapshots") : null,
    };
    const failure = "failed updating volume: failed to update volume";
    const path = `/apps/${appName}/volumes/${args[0]}`;
    const volume = await flaps.fetch(Volume, "PUT", path, { failure, body });
    if (settings.jsonOutput) printJson(invocation, Volume.encode(volume));
    else streams.out(volumeText(volume, appName));
  },
};
