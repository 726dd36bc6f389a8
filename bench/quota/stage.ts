/** How long a machine takes to get somewhere, and how much CPU it uses for that. */
import { setTimeout } from "node:timers/promises";
import type { FlyMachine } from "./flyMachine.ts";

/** Both since the machine's start, unless another beginning is stated. */
export interface Stage {
  seconds: number;
  cpuSeconds: number;
}

/** Seconds until the next question: a fiftieth of the time so far, because a machine that is held has no CPU to spare for questions. */
export const pause = (seconds: number) => Math.min(5, Math.max(0.03, seconds / 50));

/**
 * Asks until the answer is yes.
 *
 * @param limitSeconds since the machine's start
 * @returns undefined if the limit passes first
 * @throws Error with the end of its log if the machine ends
 */
export async function stage(
  machine: FlyMachine,
  isSo: () => Promise<boolean>,
  limitSeconds: number,
): Promise<Stage | undefined> {
  while (machine.seconds < limitSeconds) {
    if (await isSo()) return { seconds: machine.seconds, cpuSeconds: await machine.cpuSeconds() };
    if (!(await machine.isRunning())) throw new Error(`the machine ended:\n${await machine.log()}`);
    await setTimeout(pause(machine.seconds) * 1000);
  }
  return undefined;
}
