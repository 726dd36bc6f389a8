/** CPU balances that a machine can have when somebody begins to use it. */
import { type CpuGuest, shareOf } from "../../local/fly/cpu/balance.ts";
import { initialBalanceSeconds, mostBalanceSeconds } from "../../local/fly/cpu/figures.ts";

const balanceNames = ["new", "empty", "hour"] as const;
export type BalanceName = (typeof balanceNames)[number];

/**
 * Seconds of CPU that a new machine has saved after an hour without use; never less than 0.
 *
 * @param idlePercent CPU of an idle machine, in per cent of a core
 */
export function balanceAfterAnHour(guest: CpuGuest, idlePercent: number): number {
  const earned = (shareOf(guest) - idlePercent / 100) * 3600;
  return Math.min(mostBalanceSeconds, Math.max(0, initialBalanceSeconds + earned));
}

/** @param idlePercent CPU of an idle machine, in per cent of a core */
export function balanceSeconds(name: BalanceName, guest: CpuGuest, idlePercent: number): number {
  if (name === "new") return initialBalanceSeconds;
  return name === "empty" ? 0 : balanceAfterAnHour(guest, idlePercent);
}
