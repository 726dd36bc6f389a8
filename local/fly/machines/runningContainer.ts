import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { CpuAccountant } from "../cpu/accountant.ts";
import type { CpuWatch } from "../cpu/watch.ts";
import { followLogs, type LogLine } from "../docker/followLogs.ts";
import { dockerStatus } from "../docker/labels.ts";
import { CheckRunner } from "./checkRunner.ts";
import type { Check } from "./checks.ts";

export interface ContainerExit {
  exitCode: number;
  oomKilled: boolean;
  startedAt: string;
  finishedAt: string;
}

interface ContainerWatch {
  docker: Docker;
  containerId: string;
  checks: readonly Check[];
  /** No check runs until it resolves. */
  checksBegin: (signal: AbortSignal) => Promise<void>;
  /** Undefined if this host cannot provide Fly's CPU. */
  cpu: Omit<CpuWatch, "docker" | "containerId"> | undefined;
  /** Timestamp of the last line of output that is already recorded. */
  logsSince: string | undefined;
  onLine: (line: LogLine) => void;
  onCheckChange: () => void;
}

/** A container that is running, or that an earlier emulator left: its address, checks, CPU, output and end. */
export class RunningContainer {
  readonly containerId: string;
  /** The IPv4 address at which the platform reaches the machine. A Fly machine has one towards its host too. */
  readonly address: string;
  /** Resolves when the process has ended and its output has been read. It never resolves if the emulator stops first. */
  readonly exited: Promise<ContainerExit>;
  readonly checks: CheckRunner;
  readonly cpu: CpuAccountant | undefined;
  readonly #docker: Docker;
  readonly #closing = new AbortController();

  private constructor(
    watch: ContainerWatch,
    address: string,
    startedAt: string,
    cpu: CpuAccountant | undefined,
  ) {
    this.#docker = watch.docker;
    this.containerId = watch.containerId;
    this.address = address;
    this.cpu = cpu;
    const { checks, onCheckChange, checksBegin } = watch;
    this.checks = new CheckRunner(checks, address, Date.parse(startedAt), onCheckChange, checksBegin);
    this.exited = this.#watch(watch);
  }

  static async watch(watch: ContainerWatch): Promise<RunningContainer> {
    const { NetworkSettings, State } = await watch.docker.getContainer(watch.containerId).inspect();
    const [endpoint] = Object.values(NetworkSettings.Networks);
    const cpu = watch.cpu && (await CpuAccountant.watch({ ...watch, ...watch.cpu }));
    return new RunningContainer(watch, endpoint?.IPAddress ?? "", State.StartedAt, cpu);
  }

  /** Sends a signal to the machine's process. Does nothing if it has already ended. */
  async signal(signal: string): Promise<void> {
    try {
      await this.#docker.getContainer(this.containerId).kill({ signal });
    } catch (error) {
      const status = dockerStatus(error);
      // 409: it is no longer running.
      if (status !== 404 && status !== 409) throw error;
    }
  }

  /** Sends the signal, and kills the process if it is still running after `seconds`. */
  async stop(signal: string, seconds: number): Promise<ContainerExit> {
    await this.signal(signal);
    const patience = new AbortController();
    const timeout = delay(seconds * 1000, "timeout" as const, { signal: patience.signal });
    const first = await Promise.race([this.exited, timeout]);
    if (first === "timeout") await this.signal("SIGKILL");
    // Aborting the delay rejects it. Nobody needs to know.
    timeout.catch(() => undefined);
    patience.abort();
    return this.exited;
  }

  /** Stops watching. The container keeps running. */
  close(): void {
    this.checks.stop();
    this.cpu?.stop();
    this.#closing.abort();
  }

  async #watch(watch: ContainerWatch): Promise<ContainerExit> {
    const container = this.#docker.getContainer(this.containerId);
    const { signal } = this.#closing;
    try {
      const logs = followLogs(this.#docker, this.containerId, watch.logsSince, signal, watch.onLine);
      await Promise.all([container.wait({ abortSignal: signal }), logs]);
    } catch (error) {
      if (signal.aborted) return new Promise(() => undefined);
      throw error;
    } finally {
      this.checks.stop();
      this.cpu?.stop();
    }
    const { State } = await container.inspect();
    return {
      exitCode: State.ExitCode,
      oomKilled: State.OOMKilled,
      startedAt: State.StartedAt,
      finishedAt: State.FinishedAt,
    };
  }
}
