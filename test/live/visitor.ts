/**
 * A device of this run in the tailnet, which does what a person's laptop would. This machine itself may be in another tailnet, or in none.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import getPort from "get-port";
import { z } from "zod";
import { TailscaleApi } from "../../components/tailnet/api.ts";
import { keyDescription } from "../../components/tailnet/authKey.ts";
import { startUserspaceDevice, type UserspaceDevice } from "../../local/platform/userspaceDevice.ts";
import { effective, type LiveSettings } from "./settings.ts";

export const visitorName = (appName: string): string => `${appName}-visitor`;

const made = z.object({ key: z.string() });

/**
 * Makes a key for one device, and joins with it. The device disappears from the tailnet when it is offline. The key stays in the folder as
 * `visitor.key`, for a probe: by then it is worthless.
 */
export async function startVisitor(
  settings: LiveSettings,
  { folder, appName }: { folder: string; appName: string },
): Promise<UserspaceDevice> {
  const api = new TailscaleApi();
  const name = visitorName(appName);
  const create = { reusable: false, ephemeral: true, preauthorized: true, tags: effective(settings, "tags") };
  const makeKey = async () => {
    const body = {
      capabilities: { devices: { create } },
      expirySeconds: 3600,
      description: keyDescription(name),
    };
    const { key } = await api.request("POST", api.tailnet("/keys"), made, body);
    await writeFile(join(folder, "visitor.key"), key, { mode: 0o600 });
    return key;
  };
  const controlServer = controlServerOf(settings);
  return startUserspaceDevice({ folder, name, port: await getPort(), env: {}, controlServer, makeKey });
}

/** Undefined if it is Tailscale's. */
const controlServerOf = (settings: LiveSettings) =>
  String(effective(settings, "controlServer") ?? "") || undefined;

/**
 * Lines of a shell in which `tailscale` is this device's. Its `up` joins again with the device's own settings. Without a device it fails.
 */
export function shellOf(
  settings: LiveSettings,
  appName: string,
  device: UserspaceDevice | undefined,
): string {
  if (!device) return 'tailscale() { echo "the device of this run has not joined" >&2; return 1; }';
  const server = controlServerOf(settings);
  const again = [`--hostname=${visitorName(appName)}`, ...(server ? [`--login-server=${server}`] : [])];
  return (
    `tailscale() { local verb=$1; shift; [ "$verb" != up ] || set -- ${again.join(" ")} "$@"; ` +
    `command tailscale --socket=${device.socket} "$verb" "$@"; }\n` +
    // `timeout` starts a program, and cannot call a function.
    `timeout() { shift; "$@"; }`
  );
}
