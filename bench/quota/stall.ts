/** Distinguishes a stuck connection from a slow machine. */
import { setTimeout } from "node:timers/promises";
import type { FlyMachine } from "./flyMachine.ts";
import type { Traffic } from "./traffic.ts";

/** The tailnet lost a connection of the page, so the measurement says nothing about the machine. */
export class Stalled extends Error {
  override name = "Stalled";
  override message = "the page waits for a connection that is stuck";
}

/** Seconds in which no request begins or ends. */
const silence = 20;

/** Part of its share that a held machine uses at least while it has anything to do. */
const leastUse = 0.5;

/** Seconds of balance below which a machine counts as held. It is not zero, because a held machine is let go for a moment now and then. */
const nothing = 1;

/**
 * @param use part of a core that the machine used during the silence
 * @param share part of a core that it can use for good
 */
export const isStalled = (silentSeconds: number, use: number, balanceSeconds: number, share: number) =>
  silentSeconds >= silence && !(balanceSeconds < nothing && use >= share * leastUse);

/** Rejects with Stalled if the page stalls, and resolves when it is called off. */
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
