import path from "node:path";
import type { CpuWatch } from "../cpu/watch.ts";
import type { Platform } from "../platform.ts";
import { beginCpu, cpuCheckpoint, keepCpu } from "../store/machineCpu.ts";
import type { Machine } from "../store/machines.ts";
import { defaultGuest } from "./guest.ts";

/** The file behind the machine's /proc/stat. */
export function procStatFile({ dataFolder }: Pick<Platform, "dataFolder">, machineId: string): string {
  return path.join(dataFolder, `${machineId}.stat`);
}

/**
 * Seconds of CPU that a machine starts with. A new machine, a start and an update begin with a fresh balance; a restart keeps the old one.
 * This is how users report restarts and deploys (community.fly.io/t/22791, post 70). Nothing is known about a start after a stop.
 */
export function balanceAtStart({ database, startBalance }: Platform, machineId: string): number {
  const kept = cpuCheckpoint(database, machineId);
  if (!kept) beginCpu(database, machineId, startBalance);
  return kept?.balanceSeconds ?? startBalance;
}

/** How to watch the CPU of a machine's container, from its start or from the state in which the previous emulator left it. */
export function cpuWatch(platform: Platform, machine: Machine): Omit<CpuWatch, "docker" | "containerId"> {
  const { database, log } = platform;
  return {
    guest: machine.config.guest ?? defaultGuest,
    from: cpuCheckpoint(database, machine.id) ?? platform.startBalance,
    procStatFile: procStatFile(platform, machine.id),
    onCheckpoint: (checkpoint) => {
      if (database.isOpen) keepCpu(database, machine.id, checkpoint);
    },
    onProblem: (problem) => log.error({ machineId: machine.id, problem }, "a machine has not Fly's CPU"),
  };
}
