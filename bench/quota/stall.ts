/** Tells a connection that is stuck from a machine that is slow. */
import { setTimeout } from "node:timers/promises";
import type { FlyMachine } from "./flyMachine.ts";
import type { Traffic } from "./traffic.ts";

/** The tailnet lost a connection of the page: what was measured says nothing of the machine. */
export class Stalled extends Error {
  override name = "Stalled";
  override message = "the page waits for a connection that is stuck";
}

/** Seconds without any request's begin or end. */
const silence = 20;

/** Part of its share that a machine which is held uses at least as long as it has anything to do. */
const leastUse = 0.5;

/** @param use what the machine used of a core in the silence, in which nothing came */
export const isStalled = (silentSeconds: number, use: number, isHeld: boolean, share: number) =>
  silentSeconds >= silence && !(isHeld && use >= share * leastUse);

/** Rejects with Stalled when that is so, and resolves when it is called off. */
export async function watchForStall(
  machine: FlyMachine,
  traffic: Traffic,
  signal: AbortSignal,
): Promise<void> {
  let before = await machine.cpuSeconds();
  while (!signal.aborted) {
    const started = performance.now();
    await setTimeout((silence / 2) * 1000, undefined, { signal }).catch(() => undefined);
    const now = await machine.cpuSeconds();
    const use = (now - before) / ((performance.now() - started) / 1000);
    before = now;
    if (signal.aborted) return;
    if (isStalled(traffic.silentSeconds(), use, await machine.isHeld(), machine.share)) throw new Stalled();
  }
}
