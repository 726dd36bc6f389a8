import { once } from "node:events";
import type { Platform } from "../platform.ts";
import { findMachine } from "../store/machines.ts";
import { setState } from "./state.ts";

type Pulling = Pick<Platform, "database" | "changes" | "conditions">;

/** The state of a machine whose image is being pulled. */
const pulling = (platform: Pulling, machineId: string) => {
  const state = findMachine(platform.database, machineId)?.state;
  return state === "created" || state === "replacing";
};

/**
 * Waits for the image of a machine that was created or updated. The real pull happens when the container is created. This wait imitates
 * a pull that takes Fly.io very long.
 *
 * @returns false if the machine was stopped or destroyed in the meantime.
 */
export async function pullImage(platform: Pulling, machineId: string): Promise<boolean> {
  if (!platform.conditions.has("pullsHang")) return true;
  while (platform.conditions.has("pullsHang")) {
    if (!pulling(platform, machineId)) return false;
    const other = new AbortController();
    const { signal } = other;
    const over = platform.conditions.over("pullsHang", signal);
    await Promise.race([over, once(platform.changes, machineId, { signal })]).finally(() => other.abort());
  }
  if (!pulling(platform, machineId)) return false;
  setState(platform, machineId, "starting");
  return true;
}
