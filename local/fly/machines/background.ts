import type { Platform } from "../platform.ts";
import { findMachine } from "../store/machines.ts";
import { setState } from "./state.ts";

/** Queues work on a machine that nobody waits for. What goes wrong shows in the log and as the state `failed`. */
export function inBackground(platform: Platform, machineId: string, work: () => Promise<void>): void {
  platform.jobs.run(machineId, work).catch((error: Error) => {
    // The emulator was stopped meanwhile; its next start takes the machine up again.
    if (!platform.database.isOpen) return;
    platform.log.error({ machineId, reason: error.message }, "a machine operation failed");
    if (findMachine(platform.database, machineId)) setState(platform, machineId, "failed");
  });
}
