/**
 * A device of the app that is older than its volume has lost its identity for good: it lived on an earlier volume. Its name has to be
 * free before the machine joins, or the machine would be APP-1.
 */
import type { VerbInputs } from "../../verb.ts";
import { TailscaleApi } from "../api.ts";
import { devicesOf, removeDevice } from "../devices.ts";

export async function create({ input, progress }: VerbInputs) {
  const api = new TailscaleApi();
  const volumeMade = Date.parse(input("VOLUME_CREATED_AT"));
  for (const device of await devicesOf(api, input("APP"), input("TAGS").split(","))) {
    if (!device.created || Date.parse(device.created) >= volumeMade) continue;
    progress(`removing the former device ${device.name}, whose identity was on an earlier volume`);
    await removeDevice(api, device);
  }
  return {};
}

export const update = create;

/** The app's devices go with the tailnet's verb. */
export async function remove() {}
