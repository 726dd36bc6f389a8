import {
  initialBalanceSeconds,
  mostBalanceSeconds,
  periodMilliseconds,
  quotaMilliseconds,
} from "./figures.ts";

/** What matters of a machine's size. */
export interface CpuGuest {
  cpu_kind: keyof typeof quotaMilliseconds;
  /** vCPUs. */
  cpus: number;
}

/** Seconds of CPU that machines can begin with: as new ones do, or as those that have idled for hours. */
export const startBalances = { new: initialBalanceSeconds, full: mostBalanceSeconds } as const;

export type StartBalance = keyof typeof startBalances;

/** Seconds of CPU that have to be saved before a machine that was held may run freely again: it is let go and held once in 1.6 s at most. */
const releaseSeconds = 0.1;

/** Seconds between two looks at a machine. */
const shortestWait = 0.05;
const longestWait = 0.5;

/** Seconds of CPU that the machine may use in each second, always. */
export function shareOf({ cpu_kind, cpus }: CpuGuest): number {
  return (cpus * quotaMilliseconds[cpu_kind]) / periodMilliseconds;
}

/**
 * Seconds of CPU saved after `elapsedSeconds` in which the machine used `usedSeconds`. Less than nothing is a debt, of what it used before
 * it could be held: it is paid back before anything is saved.
 */
export function nextBalance(
  guest: CpuGuest,
  balanceSeconds: number,
  elapsedSeconds: number,
  usedSeconds: number,
): number {
  return Math.min(mostBalanceSeconds, balanceSeconds + elapsedSeconds * shareOf(guest) - usedSeconds);
}

/** Whether a machine may from now on use no more than its share. */
export function isHeldNext(guest: CpuGuest, isHeld: boolean, balanceSeconds: number): boolean {
  if (shareOf(guest) >= guest.cpus) return false;
  return isHeld ? balanceSeconds < releaseSeconds : balanceSeconds <= 0;
}

/** Seconds until the balance of a machine can have come to where it is held, or let go. */
export function secondsToNextLook(guest: CpuGuest, isHeld: boolean, balanceSeconds: number): number {
  const share = shareOf(guest);
  if (share >= guest.cpus) return longestWait;
  const seconds = isHeld ? (releaseSeconds - balanceSeconds) / share : balanceSeconds / (guest.cpus - share);
  return Math.min(longestWait, Math.max(shortestWait, seconds));
}

/** Whether a machine that was held for a while has used so much more than its share that the limit cannot be in force. */
export function usesMoreThanHeld(guest: CpuGuest, elapsedSeconds: number, usedSeconds: number): boolean {
  // Twice, because the kernel stops a machine at its next tick, and makes good for that later.
  return usedSeconds > 2 * elapsedSeconds * shareOf(guest) + 0.1 * guest.cpus;
}

/** Where a watch has left a machine. */
export interface CpuCheckpoint {
  balanceSeconds: number;
  /** CPU that its container had used until then. */
  usedSeconds: number;
  /** When that was, in Unix milliseconds. */
  atMilliseconds: number;
  /** When the container was started, as Docker says it. */
  startedAt: string;
}

/**
 * Where a watch of a container takes up. After another start the balance is kept, and nothing is earned for the time without a machine.
 *
 * @param from seconds of balance at the container's start, or where an earlier watch has left the machine
 * @param startedAt when the container was started, as Docker says it
 */
export function takeUp(from: number | CpuCheckpoint, startedAt: string): CpuCheckpoint {
  if (typeof from === "object" && from.startedAt === startedAt) return from;
  const balanceSeconds = typeof from === "object" ? from.balanceSeconds : from;
  return { balanceSeconds, usedSeconds: 0, atMilliseconds: Date.parse(startedAt), startedAt };
}
