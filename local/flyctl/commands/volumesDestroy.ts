import { appBasicOf, appNameOfVolume } from "../api/account.ts";
import { getVolume, listVolumes } from "../api/volumes.ts";
import type { Command } from "../cli/command.ts";
import { app, yes } from "../cli/commonFlags.ts";
import { FlyError, promptRefused, yesRequired } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import { Volume } from "../types/volume.ts";

export const volumesDestroy: Command = {
  name: "destroy",
  app: "optional",
  flags: [yes, app],
  run: destroyVolumes,
};

async function destroyVolumes(invocation: Invocation): Promise<void> {
  const { args, flaps, streams } = invocation;
  const [first] = args;
  if (!first && !invocation.appName) throw new FlyError("volume ID or app required");
  if (!invocation.appName) invocation.appName = await appNameOfVolume(invocation, first ?? "");
  if (!first) {
    await appBasicOf(invocation);
    throw promptRefused("volume ID");
  }
  for (const id of args) {
    await refuseUnlessConfirmed(invocation, id);
    const path = `/apps/${invocation.appName}/volumes/${id}`;
    const failure = `failed destroying volume: failed to destroy volume ${id}`;
    const { name } = await flaps.fetch(Volume, "DELETE", path, { failure });
    streams.out(`Destroyed volume ID: ${id} name: ${name}\n`);
  }
}

async function refuseUnlessConfirmed(invocation: Invocation, id: string): Promise<void> {
  if (invocation.flags.bool("yes")) return;
  const { name } = await getVolume(invocation, id);
  const volumes = await listVolumes(invocation);
  const count = volumes.filter((volume) => volume.name === name).length;
  invocation.streams.error(`${warning(count)}\n`);
  throw yesRequired();
}

function warning(count: number): string {
  if (count > 2) return "Deleting a volume is not reversible.";
  return (
    "Warning! Every volume is pinned to a specific physical host. You should create two or more volumes per " +
    `application. Deleting this volume will leave you with ${count - 1} volume(s) for this application, and it is not ` +
    "reversible.  Learn more at https://fly.io/docs/volumes/overview/"
  );
}
