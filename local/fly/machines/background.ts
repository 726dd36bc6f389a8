import type { Platform } from "../platform.ts";
import { findMachine } from "../store/machines.ts";
import { setState } from "./state.ts";

/** Queues work on a machine that nobody waits for. An error shows in the log and as the state `failed`. */
export function inBackground(platform: Platform, machineId: string, work: () => Promise<void>): void {
  platform.jobs.run(machineId, work).catch((error: Error) => {
    // The emulator has been stopped in the meantime. Its next start takes over the machine.
    if (!platform.database.isOpen) return;
    platform.log.error({ machineId, reason: error.message }, "a machine operation failed");
    if (findMachine(platform.database, machineId)) setState(platform, machineId, "failed");
  });
}
