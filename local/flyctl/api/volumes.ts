import { slice } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { destroyedVolumeStates, Volume } from "../types/volume.ts";

/** The app's volumes. @param all includes those being destroyed */
export async function listVolumes({ flaps, appName }: Invocation, all = false): Promise<Volume[]> {
  const options = { failure: "failed to list volumes" };
  const volumes = await flaps.fetch(slice(Volume), "GET", `/apps/${appName}/volumes`, options);
  return all ? volumes : volumes.filter(({ state }) => !destroyedVolumeStates.includes(state));
}

export function getVolume({ flaps, appName }: Invocation, id: string): Promise<Volume> {
  const options = { failure: `failed to get volume ${id}` };
  return flaps.fetch(Volume, "GET", `/apps/${appName}/volumes/${id}`, options);
}
