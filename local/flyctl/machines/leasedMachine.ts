import { isNotFound } from "../api/flaps.ts";
import { FlyError, Interrupted, messageOf } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import type { Machine } from "../types/machine.ts";
import { Backoff } from "./backoff.ts";
import { formattedId } from "./kinds.ts";
import { acquireLease, refreshLease } from "./lease.ts";
import type { LaunchInput, MachinesApi } from "./machinesApi.ts";
import type { StatusLine } from "./statusLine.ts";
import { WaitTimeout } from "./waitErrors.ts";

const nanosecondsPerSecond = 1e9;

/** A machine and its lease, which keeps others from changing the machine. */
export class LeasedMachine {
  machine: Machine;
  readonly #invocation: Invocation;
  readonly #api: MachinesApi;
  #nonce: string;
  #refresh: NodeJS.Timeout | undefined;

  constructor(invocation: Invocation, api: MachinesApi, machine: Machine) {
    this.#invocation = invocation;
    this.#api = api;
    this.machine = machine;
    this.#nonce = machine.nonce;
  }

  get id(): string {
    return this.machine.id;
  }

  get label(): string {
    return formattedId(this.machine);
  }

  /** @param ttl nanoseconds */
  async acquire(ttl: number): Promise<void> {
    if (this.#nonce) return;
    const { flaps, http } = this.#invocation;
    const seconds = Math.floor(ttl / nanosecondsPerSecond);
    const lease = await acquireLease(flaps, http, this.id, this.#api.leasePath(this.id), seconds);
    this.#nonce = lease.nonce;
  }

  /** Renews the lease regularly until it is released. Both times are in nanoseconds. */
  startRefreshing(ttl: number, interval: number): void {
    const { flaps, log } = this.#invocation;
    const seconds = Math.floor(ttl / nanosecondsPerSecond);
    const refresh = async () => {
      try {
        await refreshLease(flaps, this.id, this.#api.leasePath(this.id), seconds, this.#nonce);
      } catch (error) {
        if (error instanceof Interrupted || !this.#nonce) return;
        if (messageOf(error).includes("machine not found")) return;
        log.terminalWarn(`error refreshing lease for machine ${this.id}: ${messageOf(error)}\n`);
      }
      if (this.#refresh) schedule();
    };
    const schedule = () => {
      this.#refresh = setTimeout(() => void refresh(), interval / 1e6);
      this.#refresh.unref();
    };
    schedule();
  }

  async release(): Promise<void> {
    clearTimeout(this.#refresh);
    this.#refresh = undefined;
    const nonce = this.#nonce;
    this.#nonce = "";
    if (!nonce) return;
    if (this.#invocation.signal.aborted) {
      const grace = "detected canceled context and allowing 500ms to release machine";
      this.#invocation.log.terminalInfo(`${grace} ${this.label} lease\n`);
      throw new Interrupted();
    }
    await this.#invocation.flaps.send("DELETE", this.#api.leasePath(this.id), { leaseNonce: nonce });
  }

  async update(input: LaunchInput): Promise<void> {
    if (!this.#nonce) throw new FlyError(`no current lease for machine ${this.id}`);
    this.machine = await this.#api.update(this.id, input, this.#nonce);
  }

  /**
   * Waits until the machine is in a state. It asks again after any error.
   * @param timeout nanoseconds; 0 means two minutes
   * @param options.line shows the progress, if given
   */
  async waitForState(
    state: string,
    timeout: number,
    options: { line?: StatusLine | undefined; isNew?: boolean } = {},
  ): Promise<void> {
    const twoMinutes = 120 * nanosecondsPerSecond;
    if (timeout === 0) {
      const reason = "resolveTimeoutContext: allowInfinite is false and timeout is 0";
      this.#invocation.log.terminalWarn(`${reason}, setting timeout to 2 minutes\n`);
    }
    const span = timeout === 0 ? twoMinutes : timeout;
    const deadline = Date.now() + span / 1e6;
    const backoff = new Backoff(500, 2000);
    options.line?.log(`Waiting for ${this.label} to have state: ${state}`);
    for (;;) {
      try {
        const within = Math.max(0, deadline - Date.now());
        await this.#api.wait(this.id, state, span / nanosecondsPerSecond, within);
        break;
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        if (Date.now() >= deadline) throw new WaitTimeout(this.id, span, state);
        if (isNotFound(error) && !options.isNew) throw error;
        await this.#invocation.http.pause(Math.min(backoff.next(), Math.max(0, deadline - Date.now())));
        if (Date.now() >= deadline) throw new WaitTimeout(this.id, span, state);
      }
    }
    options.line?.log(`Machine ${this.label} has state: ${state}`);
  }
}
