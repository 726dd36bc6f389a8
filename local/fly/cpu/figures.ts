/*
 * What a Fly.io machine has of CPU, https://fly.io/docs/machines/cpu-performance/ (in force since 2025-01-14): a quota in each period, for
 * each of the guest's vCPUs but in one pool of the machine; what is not used of it is saved as a balance, and while there is balance
 * every vCPU may run all the time.
 */

/** Milliseconds that a quota is for. */
export const periodMilliseconds = 80;

/** Milliseconds of CPU in each period that one vCPU may always use: a sixteenth of a core, or all of it. */
export const quotaMilliseconds = { shared: 5, performance: 80 } as const;

/** Seconds of CPU that a new machine has saved. */
export const initialBalanceSeconds = 5;

/** Seconds of CPU that a machine can save at most, whatever its size. */
export const mostBalanceSeconds = 500;
