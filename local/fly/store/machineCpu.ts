import type { CpuCheckpoint } from "../cpu/balance.ts";
import { type Database, one, run } from "./database.ts";

/** Where the watch of a machine's CPU was last; undefined for one whose next start is that of a new machine. */
export function cpuCheckpoint(database: Database, machineId: string): CpuCheckpoint | undefined {
  return one<CpuCheckpoint>(
    database,
    "SELECT balanceSeconds, usedSeconds, atMilliseconds, startedAt FROM machineCpu WHERE machineId = ?",
    machineId,
  );
}

/** A machine that starts as a new one does, with this balance. */
export function beginCpu(database: Database, machineId: string, balanceSeconds: number): void {
  run(
    database,
    "INSERT OR REPLACE INTO machineCpu (machineId, balanceSeconds) VALUES (?, ?)",
    machineId,
    balanceSeconds,
  );
}

/** Nothing is kept of a machine that is to start as a new one: its last container may still be running. */
export function keepCpu(database: Database, machineId: string, checkpoint: CpuCheckpoint): void {
  const { balanceSeconds, usedSeconds, atMilliseconds, startedAt } = checkpoint;
  run(
    database,
    `UPDATE machineCpu SET balanceSeconds = ?, usedSeconds = ?, atMilliseconds = ?, startedAt = ?
     WHERE machineId = ?`,
    balanceSeconds,
    usedSeconds,
    atMilliseconds,
    startedAt,
    machineId,
  );
}

export function forgetCpu(database: Database, machineId: string): void {
  run(database, "DELETE FROM machineCpu WHERE machineId = ?", machineId);
}
