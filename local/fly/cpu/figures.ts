/*
 * The CPU of a Fly.io machine, https://fly.io/docs/machines/cpu-performance/ (in force since 2025-01-14). Each vCPU adds a quota for each
 * period to one pool of the machine. The machine saves what it does not use as a balance. While it has balance, every vCPU can run all the
 * time.
 */

/** Milliseconds of the period that a quota is for. */
export const periodMilliseconds = 80;

/** Milliseconds of CPU that one vCPU is always allowed to use in each period: a sixteenth of a core, or a whole one. */
export const quotaMilliseconds = { shared: 5, performance: 80 } as const;

/** Seconds of CPU that a new machine has saved. */
export const initialBalanceSeconds = 5;

/** The most seconds of CPU that a machine can save, whatever its size. */
export const mostBalanceSeconds = 500;
