/** A second device of the local tailnet: a person's laptop. */
import { z } from "zod";
import type { Platform } from "./platform.ts";
import { startUserspaceDevice, type UserspaceDevice } from "./userspaceDevice.ts";

export type Laptop = UserspaceDevice;

/** Starts the laptop and joins it, or finds it running. */
export const startLaptop = (folder: string, platform: Platform): Promise<Laptop> =>
  startUserspaceDevice({
    folder,
    name: "laptop",
    port: platform.ports.laptop,
    env: platform.env,
    controlServer: platform.tailnet.controlUrl,
    caFile: platform.tailnet.caFile,
    makeKey: () => personalKey(platform),
  });

/** A key for a person's device, with no tags. */
async function personalKey({ env }: Platform): Promise<string> {
  const response = await fetch(`${env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${env.TAILSCALE_API_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      capabilities: { devices: { create: { preauthorized: true } } },
      expirySeconds: 3600,
    }),
  });
  return z.object({ key: z.string() }).parse(await response.json()).key;
}
