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

/** Seconds of balance below which a machine counts as held: one that is held is let go for a moment now and then. */
const nothing = 1;

/**
 * @param use what the machine used of a core in the silence, in which nothing came
 * @param share what it may use of a core for good
 */
export const isStalled = (silentSeconds: number, use: number, balanceSeconds: number, share: number) =>
  silentSeconds >= silence && !(balanceSeconds < nothing && use >= share * leastUse);

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
    if (isStalled(traffic.silentSeconds(), use, await machine.balanceSeconds(), machine.share))
      throw new Stalled();
  }
}
