/** Seconds after which nobody waits any more. */
export const limits = { boot: 900, page: 300, task: 600 };
