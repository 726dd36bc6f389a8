/** Waits until a machine does no more than it does when nobody uses it. */
import pWaitFor, { TimeoutError } from "p-wait-for";
import { mostBalanceSeconds } from "../../local/fly/cpu/figures.ts";
import type { FlyMachine } from "./flyMachine.ts";

/** Seconds over which its CPU is observed, and seconds of the longest wait. */
const window = 2;
const limit = 60;

/** Part of a core below which it counts as calm: more than idling takes on either side, less than any work. */
const most = 0.25;

/** Gives the machine full balance so that it can finish what it is doing, then the wanted balance. */
export async function calmWith(machine: FlyMachine, balanceSeconds: number): Promise<void> {
  await machine.setBalance(mostBalanceSeconds);
  let before = await machine.cpuSeconds();
  const isCalm = async () => {
    const now = await machine.cpuSeconds();
    const used = now - before;
    before = now;
    return used < most * window;
  };
  const options = { interval: window * 1000, timeout: limit * 1000, before: false };
  await pWaitFor(isCalm, options).catch((error) => {
    if (!(error instanceof TimeoutError)) throw error;
    console.log(`    the machine is at work still after ${limit} s`);
  });
  await machine.setBalance(balanceSeconds);
}
