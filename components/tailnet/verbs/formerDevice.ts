/**
 * A volume that this program has made holds no identity. A device of the app that is older lived on an earlier volume and has lost its
 * identity for good, and its name has to be free before the machine joins, or the machine would be APP-1.
 *
 * A volume that was found, restored, forked or moved by Fly.io holds its device's identity, whatever its age says. There nothing is removed.
 */
import { z } from "zod";
import { flyctlJson } from "../../fly/flyctl.ts";
import type { VerbInputs } from "../../verb.ts";
import { TailscaleApi } from "../api.ts";
import { devicesOf, removeDevice } from "../devices.ts";

/** What the verb printed the last time; earlier versions printed nothing. */
const printed = z.object({ emptySince: z.string().default("") });

export async function create({ input, previous, progress }: VerbInputs) {
  const [app, emptySince] = [input("APP"), input("EMPTY_SINCE")];
  const before = printed.parse(previous ?? {}).emptySince;
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
const hasMachine = async (app: string) =>
  (await flyctlJson(app, ["machine", "list", "--app", app], z.array(z.unknown()))).length > 0;
