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

/** The devices of the tailnet that are this app's: of its host name, and with its tags, which nobody else may give. */
export async function devicesOf(
  api: TailscaleApi,
  appName: string,
  tags: readonly string[],
): Promise<Device[]> {
  const { devices } = await api.request(
    "GET",
    api.tailnet("/devices"),
    z.object({ devices: z.array(deviceShape) }),
  );
  return devices.filter(
    (device) => device.hostname === appName && tags.every((tag) => device.tags?.includes(tag)),
  );
}

/** Removes a device; one that is gone already is fine. */
export async function removeDevice(api: TailscaleApi, { id }: Device): Promise<void> {
  try {
    await api.request("DELETE", `/api/v2/device/${id}`, z.unknown());
  } catch (error) {
    if (!(error instanceof TailscaleError && error.status === 404)) throw error;
  }
}
