/**
 * A volume that this program has made holds no device's identity. A device of the app that is older than the volume lived on an earlier
 * volume and has lost its identity for good. Its name has to be free before the machine joins, otherwise the machine would be APP-1.
 *
 * A volume that was found, restored, forked or moved by Fly.io holds its device's identity, whatever its age says. There nothing is removed.
 */
import { z } from "zod";
import * as ask from "../../fly/ask.ts";
import type { VerbInputs } from "../../verbInputs.ts";
import { TailscaleApi } from "../api.ts";
import { devicesOf, removeDevice } from "../devices.ts";

type Inputs = VerbInputs<"APP" | "TAGS" | "EMPTY_SINCE">;

interface Outputs {
  /** 0.1.0 printed no such field. */
  emptySince?: string;
}

const printed = z.object({ emptySince: z.string().default("") });

export async function create({ input, previous, progress }: Inputs): Promise<Outputs> {
  // 0.1.0 gave the time at which the volume was made, and that time says nothing of what is on the volume.
  const [app, emptySince] = [input("APP"), input("EMPTY_SINCE", "")];
  const before = previous(printed).emptySince;
  if (emptySince !== "" && emptySince !== before && !(await hasMachine(app))) {
    const api = new TailscaleApi();
    for (const device of await devicesOf(api, app, input("TAGS").split(","))) {
      if (!device.created || Date.parse(device.created) >= Date.parse(emptySince)) continue;
      progress(`removing the former device ${device.name}, whose identity was on an earlier volume`);
      await removeDevice(api, device);
    }
  }
  return { emptySince };
}

export const update = create;

/** The app's devices go with the tailnet's verb. */
export async function remove() {}

/** Any of the app's devices can be the one that a machine runs. */
const hasMachine = async (app: string) => (await ask.machines(app)).length > 0;
