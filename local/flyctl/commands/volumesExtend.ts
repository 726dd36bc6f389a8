import { appBasicOf } from "../api/account.ts";
import { getVolume } from "../api/volumes.ts";
import { atMost, type Command } from "../cli/command.ts";
import { app, json, yes } from "../cli/commonFlags.ts";
import { FlyError, promptRefused } from "../errors.ts";
import { bool, struct } from "../go/json.ts";
import { gigabytesOfDisk, parseSize } from "../go/size.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { Volume } from "../types/volume.ts";
import { volumeText } from "./volumeText.ts";

const Extended = struct("flaps.ExtendVolumeResponse", { volume: Volume, needs_restart: bool });

export const volumesExtend: Command = {
  name: "extend",
  app: "required",
  arguments: atMost(1),
  flags: [app, yes, json, { name: "size", type: "string" }],
  run: extendVolume,
};

async function extendVolume(invocation: Invocation): Promise<void> {
  const { appName, args, flags, flaps, settings, streams } = invocation;
  const [id = ""] = args;
  await appBasicOf(invocation);
  const wanted = flags.string("size");
  let size = parseSize(wanted, gigabytesOfDisk);
  if (size === 0) throw new FlyError("Volume size must be specified");
  if (wanted.startsWith("+")) size += (await getVolume(invocation, id)).size_gb;
  if (!id) throw promptRefused("volume ID");
  const path = `/apps/${appName}/volumes/${id}/extend`;
  const failure = `failed to extend volume: failed to extend volume ${id}`;
  const options = { failure, body: { size_gb: size } };
  const { volume, needs_restart: needsRestart } = await flaps.fetch(Extended, "PUT", path, options);
  if (settings.jsonOutput) {
    printJson(invocation, Volume.encode(volume));
    return;
  }
  streams.out(volumeText(volume, appName));
  streams.out(
    needsRestart
      ? "You will need to stop and start your Machine to increase the size of the file system\n"
      : "Your Machine got its volume size extended without needing a restart\n",
  );
}
