import { type CpuGuest, usesMoreThanHeld } from "./balance.ts";

/** Seconds for which a machine has to be held before the trial judges whether that has an effect. */
const trialSeconds = 2;

/** Finds out whether a quota that Docker accepted has an effect. */
export class HeldTrial {
  readonly #guest: CpuGuest;
  #since: { seconds: number; usedSeconds: number } | undefined;

  constructor(guest: CpuGuest) {
    this.#guest = guest;
  }

  /**
   * Call this after each reading.
   *
   * @param seconds by any clock
   * @returns what is wrong, if it is certain
   */
  problem(isHeld: boolean, seconds: number, usedSeconds: number): string | undefined {
    if (!isHeld) {
      this.#since = undefined;
      return undefined;
    }
    this.#since ??= { seconds, usedSeconds };
    const elapsed = seconds - this.#since.seconds;
    if (elapsed < trialSeconds) return undefined;
    const used = usedSeconds - this.#since.usedSeconds;
    this.#since = undefined;
    if (!usesMoreThanHeld(this.#guest, elapsed, used)) return undefined;
    return (
      `a machine that is held used ${used.toFixed(2)} s of CPU in ${elapsed.toFixed(2)} s, as if Docker had not been told its quota. ` +
      "Nothing that is measured on this host says anything of Fly.io: look at cpu.max or cpu.cfs_quota_us of its cgroup."
    );
  }
}
