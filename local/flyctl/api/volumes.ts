import { slice } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { destroyedVolumeStates, Volume } from "../types/volume.ts";

/** The app's volumes. @param all includes those on their way out */
export async function listVolumes({ flaps, appName }: Invocation, all = false): Promise<Volume[]> {
  const answer = await flaps.callFor("failed to list volumes", "GET", `/apps/${appName}/volumes`);
  const volumes = slice(Volume).decode(answer, "");
  return all ? volumes : volumes.filter(({ state }) => !destroyedVolumeStates.includes(state));
}

export async function getVolume({ flaps, appName }: Invocation, id: string): Promise<Volume> {
  return Volume.decode(
    await flaps.callFor(`failed to get volume ${id}`, "GET", `/apps/${appName}/volumes/${id}`),
    "",
  );
}
