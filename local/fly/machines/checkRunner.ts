import { setTimeout as delay } from "node:timers/promises";
import { type Check, type CheckStatus, nextDelay, nextStatus, type ProbeResult } from "./checks.ts";
import { probe } from "./probe.ts";

type Probe = (check: Check, address: string, signal: AbortSignal) => Promise<ProbeResult>;

/** Runs the checks of one started machine until it is stopped. */
export class CheckRunner {
  readonly #checks: readonly Check[];
  readonly #statuses = new Map<string, CheckStatus>();
  readonly #stopping = new AbortController();

  /**
   * @param address where the machine answers.
   * @param startedAt Unix milliseconds; grace periods count from it.
   * @param onChange called after a check has begun to pass or to fail.
   * @param mayBegin no check runs until it resolves. Its signal aborts when the machine is stopped.
   */
  constructor(
    checks: readonly Check[],
    address: string,
    startedAt: number,
    onChange: () => void,
    mayBegin: (signal: AbortSignal) => Promise<void>,
    probeWith: Probe = probe,
  ) {
    this.#checks = checks;
    mayBegin(this.#stopping.signal).then(
      () => {
        for (const check of checks) this.#run(check, address, startedAt, onChange, probeWith);
      },
      () => undefined,
    );
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** The checks that have had a result. Fly does not list the others. */
  statuses(): (CheckStatus & { name: string })[] {
    return [...this.#statuses].map(([name, status]) => ({ name, ...status }));
  }

  /** Whether the proxy is allowed to send requests, which means that no service check fails. */
  isRoutable(): boolean {
    return this.#checks.every(
      ({ name, isServiceCheck }) => !isServiceCheck || this.#statuses.get(name)?.status === "passing",
    );
  }

  async #run(
    check: Check,
    address: string,
    startedAt: number,
    onChange: () => void,
    probeWith: Probe,
  ): Promise<void> {
    const { signal } = this.#stopping;
    let hasPassed = false;
    while (!signal.aborted) {
      const result = await probeWith(check, address, signal);
      if (signal.aborted) return;
      const before = this.#statuses.get(check.name);
      const after = nextStatus(check, before, result, Date.now() - startedAt, new Date());
      this.#statuses.set(check.name, after);
      hasPassed ||= result.ok;
      if (after.status !== before?.status) onChange();
      // An abort rejects the delay; the loop's condition handles it.
      await delay(nextDelay(check, hasPassed), undefined, { signal }).catch(() => undefined);
    }
  }
}
