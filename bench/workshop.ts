/** The bench's temporary files, and its local platform. */
import { join } from "node:path";
import { anthropicName } from "../local/anthropic/anthropic.ts";
import { type Laptop, startLaptop } from "../local/platform/laptop.ts";
import { type Platform, startPlatform } from "../local/platform/platform.ts";
import type { Toolchain } from "../local/toolchain/setup.ts";

export const workshop = join(import.meta.dirname, "../.local/bench");
export const platformFolder = join(workshop, "platform");

/** Label of the containers and volumes that the bench makes itself. */
export const label = "paperclip-on-fly.bench";

/** A local Fly.io and tailnet, with a laptop in it. */
export interface Bench {
  platform: Platform;
  laptop: Laptop;
  /**
   * Restarts the laptop's tailscaled, so that it has no connection with any machine. The rest of a connection with a stopped machine has to
   * time out first, which takes between one and fifteen seconds.
   */
  forgetConnections(): Promise<void>;
  /** Makes a key for a machine, as the admin console does. */
  makeKey(): Promise<string>;
  remove(): Promise<void>;
}

export async function openBench(toolchain: Toolchain): Promise<Bench> {
  const platform = await startPlatform(platformFolder, toolchain, "full", [anthropicName]);
  const laptop = await startLaptop(platformFolder, platform);
  return {
    platform,
    laptop,
    async forgetConnections() {
      await laptop.stop();
      await startLaptop(platformFolder, platform);
    },
    makeKey: () => makeKey(platform),
    async remove() {
      await laptop.stop();
      await platform.remove();
    },
  };
}

async function makeKey({ env }: Platform): Promise<string> {
  const create = { reusable: true, preauthorized: true, tags: ["tag:paperclip"] };
  const response = await fetch(`${env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.TAILSCALE_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ capabilities: { devices: { create } }, expirySeconds: 3600 }),
  });
  if (!response.ok) throw new Error(`no key for the tailnet: HTTP ${response.status}`);
  return ((await response.json()) as { key: string }).key;
}
