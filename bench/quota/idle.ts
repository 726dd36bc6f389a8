/** The CPU that a machine uses when nobody works in it, by process. Its only caller is Fly.io's health check. */
import { setTimeout } from "node:timers/promises";
import type { FlyMachine } from "./flyMachine.ts";
import { startHealthChecks } from "./healthCheck.ts";
import { type CpuByKind, cpuByKind, shares } from "./processes.ts";

export interface Idle {
  /** Per cent of a core. */
  total: number;
  byKind: CpuByKind;
}

export async function idle(machine: FlyMachine, seconds: number): Promise<Idle> {
  const checks = startHealthChecks(machine);
  try {
    const before = await look(machine);
    await setTimeout(seconds * 1000);
    const after = await look(machine);
    const elapsed = after.at - before.at;
    const used = after.used - before.used;
    return { total: (used / elapsed) * 100, byKind: shares(before.kinds, after.kinds, used, elapsed) };
  } finally {
    await checks.stop();
  }
}

async function look(machine: FlyMachine) {
  const kinds = await cpuByKind(machine.container);
  return { kinds, used: await machine.cpuSeconds(), at: performance.now() / 1000 };
}
