import type { CpuCheckpoint } from "../cpu/balance.ts";
import { type Database, one, run } from "./database.ts";

/** The last checkpoint of a machine's CPU. Undefined for a machine that starts with a fresh balance next time. */
export function cpuCheckpoint(database: Database, machineId: string): CpuCheckpoint | undefined {
  return one<CpuCheckpoint>(
    database,
    "SELECT balanceSeconds, usedSeconds, atMilliseconds, startedAt FROM machineCpu WHERE machineId = ?",
    machineId,
  );
}

/** Records that a machine starts with this fresh balance. */
export function beginCpu(database: Database, machineId: string, balanceSeconds: number): void {
  run(
    database,
    "INSERT OR REPLACE INTO machineCpu (machineId, balanceSeconds) VALUES (?, ?)",
    machineId,
    balanceSeconds,
  );
}

/** Updates a checkpoint. It must not create one: the last container of a machine that `forgetCpu` has reset can still be running. */
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
