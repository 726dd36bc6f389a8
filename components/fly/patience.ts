/**
 * How long an update waits for the machine, by PAPERCLIP_ON_FLY_WAIT_MINUTES. Fetching an image onto a host that has none of it was seen to
 * take Fly.io more than ten minutes (Kilo-Org/cloud#2648, 2026-04-21).
 */

const variable = "PAPERCLIP_ON_FLY_WAIT_MINUTES";
const defaultMinutes = 15;

/** The most that flyctl itself waits, in minutes: for as long a deploy that is cut off leaves a new machine locked. */
const mostOfFlyctl = 5;

export interface Patience {
  /** In all. */
  minutes: number;
  /** What flyctl itself waits of them, in seconds, before the machine is looked at directly. */
  flyctlSeconds: number;
}

/** @throws Error when the variable is set to something other than a number of minutes. */
export function patience(environment: Readonly<Record<string, string | undefined>>): Patience {
  const text = environment[variable];
  const minutes = text ? Number(text) : defaultMinutes;
  if (!(minutes > 0 && Number.isFinite(minutes)))
    throw new Error(
      `${variable} is "${text}" and not a number of minutes. Unset it, or set it, e.g. to ${defaultMinutes}.`,
    );
  return { minutes, flyctlSeconds: Math.ceil(Math.min(mostOfFlyctl, minutes / 3) * 60) };
}
