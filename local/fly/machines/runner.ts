import { rm } from "node:fs/promises";
import type Docker from "dockerode";
import pRetry from "p-retry";
import { dockerStatus, unlessMissing, versionLabel } from "../docker/labels.ts";
import type { Platform } from "../platform.ts";
import { addLog, newestOutput } from "../store/logs.ts";
import { changeMachine, findMachine, type MachineState, machineById } from "../store/machines.ts";
import { attachVolumes } from "../store/volumes.ts";
import { inBackground } from "./background.ts";
import { checksOf } from "./checks.ts";
import { createContainer } from "./createContainer.ts";
import { cpuWatch, procStatFile } from "./machineCpu.ts";
import { recordExit } from "./recordExit.ts";
import { type ContainerExit, RunningContainer } from "./runningContainer.ts";
import { isGone, logFromPlatform, recordEvent, setState } from "./state.ts";

/**
 * Keeps machines' containers and their states consistent. A machine's container lives from a start to the end of its
 * process. The next start creates a new one from the image, because a Fly machine's root file system is new at every start.
 *
 * Call methods that return a promise through the platform's job queue, under the machine's id.
 */
export class MachineRunner {
  readonly #platform: Platform;
  readonly #running = new Map<string, RunningContainer>();
  readonly #restarts = new Map<string, NodeJS.Timeout>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  find(machineId: string): RunningContainer | undefined {
    return this.#running.get(machineId);
  }

  /** Starts the machine from its image. A failure becomes the machine's state, `failed`. */
  async launch(machineId: string): Promise<void> {
    const platform = this.#platform;
    try {
      await this.#removeContainer(machineId);
      const container = await createContainer(platform, machineById(platform.database, machineId));
      await container.start();
      recordEvent(platform, machineId, "start", "started", "flyd");
      await this.#watch(machineId, container.id);
      setState(platform, machineId, "started", { hasStarted: 1 });
    } catch (error) {
      const reason = (error as Error).message;
      platform.log.error({ machineId, reason }, "a machine could not be started");
      recordEvent(platform, machineId, "launch", "failed", "flyd", { error: reason });
      logFromPlatform(platform, machineId, "error", `could not start the machine: ${reason}`);
      setState(platform, machineId, "failed");
    }
  }

  /** Stops the machine's process, if there is one, and leaves the machine in the state `next`. */
  async halt(
    machineId: string,
    how: { signal: string; seconds: number },
    next: MachineState = "stopped",
  ): Promise<void> {
    this.cancelRestart(machineId);
    const running = this.#running.get(machineId);
    if (!running) {
      const { state } = machineById(this.#platform.database, machineId);
      return setState(this.#platform, machineId, isGone(state) ? state : next, { stopRequested: 0 });
    }
    changeMachine(this.#platform.database, machineId, { stopRequested: 1 });
    const exit = await running.stop(how.signal, how.seconds);
    await this.#settle(machineId, running, exit, next);
  }

  /** Kills the machine and releases its volume. Its record can still be read. */
  async destroy(machineId: string): Promise<void> {
    await this.halt(machineId, { signal: "SIGKILL", seconds: 0 }, "destroying");
    await this.#removeContainer(machineId);
    await rm(procStatFile(this.#platform, machineId), { force: true });
    attachVolumes(this.#platform.database, machineId, []);
    recordEvent(this.#platform, machineId, "destroy", "destroyed", "flyd");
    setState(this.#platform, machineId, "destroyed");
  }

  /**
   * Takes over the existing container of a machine after a restart of the emulator, whether it is still running or not.
   * @returns false if this version of the machine has no container.
   */
  async adopt(machineId: string): Promise<boolean> {
    const { database, docker, names } = this.#platform;
    const { instanceId } = machineById(database, machineId);
    const container = await find(docker.getContainer(names.machine(machineId)));
    if (container?.Config.Labels[versionLabel] !== instanceId) return false;
    setState(this.#platform, machineId, "started", { stopRequested: 0, hasStarted: 1 });
    await this.#watch(machineId, container.Id);
    return true;
  }

  cancelRestart(machineId: string): void {
    clearTimeout(this.#restarts.get(machineId));
    this.#restarts.delete(machineId);
  }

  /** Stops watching all machines. They keep running. */
  close(): void {
    for (const machineId of this.#restarts.keys()) this.cancelRestart(machineId);
    for (const running of this.#running.values()) running.close();
    this.#running.clear();
  }

  async #watch(machineId: string, containerId: string): Promise<void> {
    const { database, docker, changes, conditions, log, cpuProblem } = this.#platform;
    const machine = machineById(database, machineId);
    const { appId, region, config } = machine;
    const running = await RunningContainer.watch({
      docker,
      containerId,
      checks: checksOf(config),
      checksBegin: (signal) => conditions.over("checksHang", signal),
      cpu: cpuProblem === undefined ? cpuWatch(this.#platform, machine) : undefined,
      logsSince: newestOutput(database, machineId),
      onLine: (line) => {
        // The app can be removed while its machine is still writing.
        if (!findMachine(database, machineId)) return;
        addLog(database, { appId, machineId, region, provider: "app", level: "info", ...line });
      },
      onCheckChange: () => changes.emit(machineId),
    });
    this.#running.set(machineId, running);
    running.exited.then(
      (exit) => inBackground(this.#platform, machineId, () => this.#settle(machineId, running, exit)),
      (error: Error) => {
        log.error({ machineId, reason: error.message }, "lost sight of a machine");
        running.close();
        this.#running.delete(machineId);
        inBackground(this.#platform, machineId, () => this.#takeUpAgain(machineId));
      },
    );
  }

  /** Called when the connection to the Docker daemon is lost: a restart of the daemon ends all containers. */
  async #takeUpAgain(machineId: string): Promise<void> {
    await pRetry(() => this.adopt(machineId), {
      retries: 30,
      maxTimeout: 5_000,
      shouldRetry: () => this.#platform.database.isOpen,
    });
  }

  /** Records the end of a process. Only the first caller that notices it has an effect. */
  async #settle(
    machineId: string,
    running: RunningContainer,
    exit: ContainerExit,
    next: MachineState = "stopped",
  ): Promise<void> {
    if (this.#running.get(machineId) !== running) return;
    this.#running.delete(machineId);
    const machine = machineById(this.#platform.database, machineId);
    const restartIn = recordExit(this.#platform, machine, exit, next);
    await this.#removeContainer(machineId);
    if (restartIn !== undefined) this.#restartLater(machineId, restartIn);
  }

  #restartLater(machineId: string, milliseconds: number): void {
    const restart = async () => {
      this.#restarts.delete(machineId);
      if (findMachine(this.#platform.database, machineId)?.state === "starting") await this.launch(machineId);
    };
    const timer = setTimeout(() => inBackground(this.#platform, machineId, restart), milliseconds);
    this.#restarts.set(machineId, timer);
  }

  async #removeContainer(machineId: string): Promise<void> {
    const { docker, names } = this.#platform;
    await unlessMissing(docker.getContainer(names.machine(machineId)).remove({ force: true, v: true }));
  }
}

async function find(container: Docker.Container): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await container.inspect();
  } catch (error) {
    if (dockerStatus(error) === 404) return undefined;
    throw error;
  }
}
