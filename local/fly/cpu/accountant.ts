import type Docker from "dockerode";
import { KeyedQueue } from "../keyedQueue.ts";
import { type CpuCheckpoint, isHeldNext, nextBalance, secondsToNextLook, takeUp } from "./balance.ts";
import { CpuCgroup, type CpuUse } from "./cgroup.ts";
import { HeldTrial } from "./heldTrial.ts";
import { quotaOf, setQuota } from "./plan.ts";
import { nextTimes, noTimes } from "./procStat.ts";
import { ProcStatFile } from "./procStatFile.ts";
import type { CpuReading, CpuWatch } from "./watch.ts";

/** Seconds between two checkpoints. */
const checkpointSeconds = 5;

/**
 * Gives a container the CPU of a Fly machine: all of its vCPUs while it has balance, only its share otherwise. It reads how much the
 * container has used since the previous reading, however long ago that was, and changes the quota when the balance requires it. What the
 * container uses before that becomes a debt. It reads at most twenty times a second; a reading takes a tenth of a millisecond of CPU.
 */
export class CpuAccountant {
  readonly #watch: CpuWatch;
  readonly #cgroup: CpuCgroup | undefined;
  readonly #procStat: ProcStatFile | undefined;
  readonly #startedAt: string;
  /** When the container was started and when it was last read, by the monotonic clock. */
  readonly #started: number;
  #looked: number;
  #kept = Number.NEGATIVE_INFINITY;
  #balance: number;
  #quota: number;
  #isHeld: boolean;
  readonly #trial: HeldTrial;
  #use: CpuUse;
  #times = noTimes;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #queue = new KeyedQueue();

  private constructor(watch: CpuWatch, { State: state, HostConfig: host }: Docker.ContainerInspectInfo) {
    const from = takeUp(watch.from, state.StartedAt);
    const onClock = (unixMilliseconds: number) =>
      performance.now() - Math.max(0, Date.now() - unixMilliseconds);
    this.#watch = watch;
    this.#trial = new HeldTrial(watch.guest);
    this.#startedAt = state.StartedAt;
    this.#started = onClock(Date.parse(state.StartedAt));
    this.#looked = onClock(from.atMilliseconds);
    this.#balance = from.balanceSeconds;
    this.#use = { usedSeconds: from.usedSeconds, userSeconds: 0, systemSeconds: 0, throttledSeconds: 0 };
    this.#quota = host.CpuQuota || -1;
    this.#isHeld = this.#quota === quotaOf(watch.guest, true);
    this.#cgroup = state.Running ? CpuCgroup.of(state.Pid) : undefined;
    this.#procStat =
      watch.procStatFile === undefined ? undefined : new ProcStatFile(watch.procStatFile, watch.guest.cpus);
  }

  /** @throws Error if this process cannot see the container's CPU figures. */
  static async watch(watch: CpuWatch): Promise<CpuAccountant> {
    const accountant = new CpuAccountant(watch, await watch.docker.getContainer(watch.containerId).inspect());
    await accountant.#inTurn(() => accountant.#look());
    return accountant;
  }

  /** The current figures, or the last ones if the machine has ended. */
  async reading(): Promise<CpuReading> {
    await this.#inTurn(() => this.#look());
    return {
      balanceSeconds: this.#balance,
      usedSeconds: this.#use.usedSeconds,
      throttledSeconds: this.#use.throttledSeconds,
      stealSeconds: this.#times.steal,
      isHeld: this.#isHeld,
    };
  }

  /** Sets the machine's balance, as if after hours of idling or work. The new limit is in force when the promise resolves. */
  async setBalance(seconds: number): Promise<void> {
    await this.#inTurn(async () => {
      this.#account();
      this.#balance = seconds;
      this.#keep();
      await this.#holdOrRelease();
    });
  }

  /** The state from which another watch of this machine goes on, after another start or in another process. */
  checkpoint(): CpuCheckpoint {
    return {
      balanceSeconds: this.#balance,
      usedSeconds: this.#use.usedSeconds,
      atMilliseconds: Date.now() - (performance.now() - this.#looked),
      startedAt: this.#startedAt,
    };
  }

  /** Reads a last time and leaves the container as it is, held or not. */
  stop(): void {
    if (this.#hasEnded) return;
    this.#account();
    this.#end();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    return this.#queue.run("look", async () => {
      clearTimeout(this.#timer);
      if (this.#hasEnded) return;
      try {
        await work();
      } finally {
        this.#lookLater();
      }
    });
  }

  #lookLater(): void {
    if (this.#hasEnded) return;
    const seconds = secondsToNextLook(this.#watch.guest, this.#isHeld, this.#balance);
    const look = () =>
      this.#inTurn(() => this.#look()).catch((error: Error) => this.#watch.onProblem(error.message));
    this.#timer = setTimeout(look, seconds * 1000).unref();
  }

  async #look(): Promise<void> {
    if (!this.#account()) return this.#end();
    if (performance.now() - this.#kept > checkpointSeconds * 1000) this.#keep();
    const problem = this.#trial.problem(this.#isHeld, this.#looked / 1000, this.#use.usedSeconds);
    if (problem !== undefined) this.#watch.onProblem(problem);
    await this.#holdOrRelease();
  }

  /** Brings the balance and the times up to date. @returns false if the container has ended */
  #account(): boolean {
    const use = this.#cgroup?.read();
    if (!use) return false;
    const { guest } = this.#watch;
    const now = performance.now();
    const usedSeconds = use.usedSeconds - this.#use.usedSeconds;
    this.#balance = nextBalance(guest, this.#balance, (now - this.#looked) / 1000, usedSeconds);
    this.#times = nextTimes(this.#times, use, (now - this.#started) / 1000, guest.cpus);
    this.#looked = now;
    this.#use = use;
    this.#procStat?.write(this.#times);
    return true;
  }

  async #holdOrRelease(): Promise<void> {
    const { guest, docker, containerId } = this.#watch;
    const isHeld = isHeldNext(guest, this.#isHeld, this.#balance);
    const quota = quotaOf(guest, isHeld);
    if (quota === this.#quota) return;
    try {
      await setQuota(docker.getContainer(containerId), quota);
    } catch (error) {
      // The container has ended in the meantime.
      if (this.#cgroup?.read() === undefined) return;
      throw error;
    }
    this.#quota = quota;
    this.#isHeld = isHeld;
  }

  #keep(): void {
    this.#kept = performance.now();
    this.#watch.onCheckpoint?.(this.checkpoint());
  }

  #end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#keep();
    this.#procStat?.close();
  }
}
