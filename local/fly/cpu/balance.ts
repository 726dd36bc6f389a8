import {
  initialBalanceSeconds,
  mostBalanceSeconds,
  periodMilliseconds,
  quotaMilliseconds,
} from "./figures.ts";

/** The part of a machine's size that matters for its CPU. */
export interface CpuGuest {
  cpu_kind: keyof typeof quotaMilliseconds;
  /** Number of vCPUs. */
  cpus: number;
}

/** Seconds of CPU that machines can begin with: that of a new machine, or that of one that has idled for hours. */
export const startBalances = { new: initialBalanceSeconds, full: mostBalanceSeconds } as const;

export type StartBalance = keyof typeof startBalances;

/** Seconds of CPU that a held machine has to save before it runs freely again, so that it is released at most once every 1.6 s. */
const releaseSeconds = 0.1;

/** Seconds between two readings of a machine. */
const shortestWait = 0.05;
const longestWait = 0.5;

/** Seconds of CPU that the machine is always allowed to use in each second. */
export function shareOf({ cpu_kind, cpus }: CpuGuest): number {
  return (cpus * quotaMilliseconds[cpu_kind]) / periodMilliseconds;
}

/**
 * Seconds of CPU saved after `elapsedSeconds` in which the machine used `usedSeconds`. A negative balance is a debt: CPU that the machine
 * used before it could be held. It is paid back before anything is saved.
 */
export function nextBalance(
  guest: CpuGuest,
  balanceSeconds: number,
  elapsedSeconds: number,
  usedSeconds: number,
): number {
  return Math.min(mostBalanceSeconds, balanceSeconds + elapsedSeconds * shareOf(guest) - usedSeconds);
}

/** Whether the machine is limited to its share from now on. */
export function isHeldNext(guest: CpuGuest, isHeld: boolean, balanceSeconds: number): boolean {
  if (shareOf(guest) >= guest.cpus) return false;
  return isHeld ? balanceSeconds < releaseSeconds : balanceSeconds <= 0;
}

/** Seconds until the balance can reach the point where the machine is held or released. */
export function secondsToNextLook(guest: CpuGuest, isHeld: boolean, balanceSeconds: number): number {
  const share = shareOf(guest);
  if (share >= guest.cpus) return longestWait;
  const seconds = isHeld ? (releaseSeconds - balanceSeconds) / share : balanceSeconds / (guest.cpus - share);
  return Math.min(longestWait, Math.max(shortestWait, seconds));
}

/** Whether a machine that has been held for a while used so much more than its share that the limit cannot be in force. */
export function usesMoreThanHeld(guest: CpuGuest, elapsedSeconds: number, usedSeconds: number): boolean {
  // Twice the share, because the kernel stops a machine only at its next tick and compensates for that later.
  return usedSeconds > 2 * elapsedSeconds * shareOf(guest) + 0.1 * guest.cpus;
}

/** The state in which a watch left a machine. */
export interface CpuCheckpoint {
  balanceSeconds: number;
  /** CPU that its container had used until then. */
  usedSeconds: number;
  /** When that was, in Unix milliseconds. */
  atMilliseconds: number;
  /** When the container was started, in Docker's form. */
  startedAt: string;
}

/**
 * The state from which a watch of a container goes on. After another start the balance is kept; the machine earns nothing for the time in
 * which it was not running.
 *
 * @param from seconds of balance at the container's start, or the state in which an earlier watch left the machine
 * @param startedAt when the container was started, in Docker's form
 */
export function takeUp(from: number | CpuCheckpoint, startedAt: string): CpuCheckpoint {
  if (typeof from === "object" && from.startedAt === startedAt) return from;
  const balanceSeconds = typeof from === "object" ? from.balanceSeconds : from;
  return { balanceSeconds, usedSeconds: 0, atMilliseconds: Date.parse(startedAt), startedAt };
}
