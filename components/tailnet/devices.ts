import pRetry from "p-retry";
import { z } from "zod";
import { type TailscaleApi, TailscaleError } from "./api.ts";

const deviceShape = z.object({
  id: z.string(),
  name: z.string(),
  hostname: z.string(),
  tags: z.array(z.string()).optional(),
  created: z.string().optional(),
});
export type Device = z.infer<typeof deviceShape>;

/** All devices of the tailnet. */
export async function allDevices(api: TailscaleApi): Promise<Device[]> {
  const shape = z.object({ devices: z.array(deviceShape) });
  return (await api.request("GET", api.tailnet("/devices"), shape)).devices;
}

/** This app's devices in the tailnet: those with its host name and its tags. Nobody else is allowed to give these tags. */
export async function devicesOf(
  api: TailscaleApi,
  appName: string,
  tags: readonly string[],
): Promise<Device[]> {
  return (await allDevices(api)).filter(
    (device) => device.hostname === appName && tags.every((tag) => device.tags?.includes(tag)),
  );
}

/** How often the tailnet is asked, once a second, whether a removed device is gone. */
const looks = 60;

/** Removes a device and waits until it is gone, because its name is free only then. A device that is already gone is fine. */
export async function removeDevice(api: TailscaleApi, { id, name }: Device): Promise<void> {
  try {
    await api.request("DELETE", `/api/v2/device/${id}`, z.unknown());
  } catch (error) {
    if (!(error instanceof TailscaleError && error.status === 404)) throw error;
  }
  const gone = async () => {
    if ((await allDevices(api)).some((device) => device.id === id))
      throw new Error(
        `The tailnet still has the device ${name}, which it was told to remove: https://login.tailscale.com/admin/machines`,
      );
  };
  await pRetry(gone, { retries: looks, minTimeout: 1_000, factor: 1, shouldRetry: isNoRefusal });
}

/** Another try does not change a refusal. */
const isNoRefusal = ({ error }: { error: Error }) => !(error instanceof TailscaleError);

/** Gives a device the first part of its name in the tailnet. A device does not take over a free name by itself. */
export async function renameDevice(api: TailscaleApi, { id }: Device, name: string): Promise<void> {
  await api.request("POST", `/api/v2/device/${id}/name`, z.unknown(), { name });
}
