/** Seconds after which a measurement is given up. */
export const limits = { boot: 900, page: 300, task: 600 };
