import { machineAddress } from "../addresses.ts";
import { ApiError } from "../apiError.ts";
import * as ids from "../ids.ts";
import type { Platform } from "../platform.ts";
import { type App, networkById } from "../store/apps.ts";
import { transaction } from "../store/database.ts";
import { forgetCpu } from "../store/machineCpu.ts";
import { changeMachine, insertMachine, type Machine, machineById } from "../store/machines.ts";
import { attachVolumes } from "../store/volumes.ts";
import { inBackground } from "./background.ts";
import type { LaunchInput, MachineConfig } from "./config.ts";
import { stopSeconds } from "./containerSpec.ts";
import { durationMilliseconds } from "./duration.ts";
import { planLaunch, resolveImage } from "./launchPlan.ts";
import { pullImage } from "./pullImage.ts";
import type { MachineRunner } from "./runner.ts";
import { isGone, isRunning, recordEvent, setState } from "./state.ts";

/*
 * What the Machines API does to machines. Each operation changes the state immediately, so that a following `wait` sees
 * it in progress. It leaves the containers to the machine's job queue.
 */

interface Context {
  platform: Platform;
  runner: MachineRunner;
}

interface StopRequest {
  signal?: string | undefined;
  /** A Go duration. */
  timeout?: string | number | undefined;
}

export async function createMachine(
  { platform, runner }: Context,
  app: App,
  input: LaunchInput,
  owner: string,
): Promise<Machine> {
  const { database } = platform;
  const image = await resolveImage(platform, input.config.image);
  // There is no await from here on, so that two requests for the same volume cannot both find it free.
  const id = ids.machineId();
  transaction(database, () => {
    const plan = planLaunch(platform, app, input, image, undefined);
    insertMachine(database, {
      ...plan,
      id,
      appId: app.id,
      name: input.name || ids.machineName(),
      state: input.skip_launch || platform.conditions.has("pullsHang") ? "created" : "starting",
      instanceId: ids.ulid(),
      privateIp: machineAddress(networkById(database, app.networkId).prefix),
    });
    attachVolumes(database, id, volumesOf(plan.config));
    if (input.lease_ttl) {
      const leaseExpiresAt = Math.floor(Date.now() / 1000) + input.lease_ttl;
      changeMachine(database, id, { leaseNonce: ids.leaseNonce(), leaseOwner: owner, leaseExpiresAt });
    }
    recordEvent(platform, id, "launch", "created", "user");
  });
  const created = machineById(database, id);
  if (input.skip_launch) inBackground(platform, id, async () => setState(platform, id, "stopped"));
  else
    inBackground(platform, id, async () => {
      if (await pullImage(platform, id)) await runner.launch(id);
    });
  return created;
}

export async function updateMachine(
  { platform, runner }: Context,
  app: App,
  machineId: string,
  input: LaunchInput,
): Promise<Machine> {
  const { database } = platform;
  const image = await resolveImage(platform, input.config.image);
  const machine = machineById(database, machineId);
  if (isGone(machine.state)) throw new ApiError(404, `machine ${machineId} is destroyed`);
  transaction(database, () => {
    const plan = planLaunch(platform, app, input, image, machine);
    recordEvent(platform, machineId, "update", "replacing", "flyd");
    recordEvent(platform, machineId, "launch", "created", "user");
    attachVolumes(database, machineId, volumesOf(plan.config));
    forgetCpu(database, machineId);
    setState(platform, machineId, input.skip_launch ? "stopping" : launching(platform), {
      ...plan,
      name: input.name || machine.name,
      instanceId: ids.ulid(),
      restartCount: 0,
      stopRequested: 1,
      hasStarted: 0,
    });
  });
  inBackground(platform, machineId, async () => {
    const next = input.skip_launch ? "stopped" : launching(platform);
    await runner.halt(machineId, stopping(machine.config), next);
    if (!input.skip_launch && (await pullImage(platform, machineId))) await runner.launch(machineId);
  });
  return machineById(database, machineId);
}

/** @returns the previous state. Starting a machine that is already up changes nothing. */
export function startMachine({ platform, runner }: Context, machine: Machine): string {
  if (isRunning(machine.state)) return machine.state;
  if (machine.state === "stopping" || machine.state === "created") {
    throw new ApiError(412, `unable to start machine ${machine.id} from current state: '${machine.state}'`);
  }
  forgetCpu(platform.database, machine.id);
  setState(platform, machine.id, "starting", { restartCount: 0, stopRequested: 0, hasStarted: 0 });
  inBackground(platform, machine.id, () => runner.launch(machine.id));
  return machine.state;
}

export function stopMachine({ platform, runner }: Context, machine: Machine, request: StopRequest): void {
  if (!isRunning(machine.state)) return;
  recordEvent(platform, machine.id, "stop", "stopping", "user");
  setState(platform, machine.id, "stopping", { stopRequested: 1, hasStarted: 0 });
  inBackground(platform, machine.id, () => runner.halt(machine.id, stopping(machine.config, request)));
}

/** Stops the machine as the platform does at the end of a trial, without a reason. It is not known which events Fly.io records. */
export async function stopAsTrial({ platform, runner }: Context, machine: Machine): Promise<void> {
  if (!isRunning(machine.state)) throw new ApiError(412, `machine ${machine.id} is ${machine.state}`);
  setState(platform, machine.id, "stopping", { stopRequested: 1, hasStarted: 0 });
  await platform.jobs.run(machine.id, () => runner.halt(machine.id, stopping(machine.config)));
}

export function restartMachine(
  { platform, runner }: Context,
  machine: Machine,
  request: StopRequest & { force: boolean },
): void {
  const how = request.force ? { signal: "SIGKILL", seconds: 0 } : stopping(machine.config, request);
  recordEvent(platform, machine.id, "restart", "starting", "user");
  setState(platform, machine.id, "starting", { restartCount: 0, stopRequested: 1, hasStarted: 0 });
  inBackground(platform, machine.id, async () => {
    await runner.halt(machine.id, how, "starting");
    await runner.launch(machine.id);
  });
}

/** @throws ApiError 412 for a machine that is up, unless `kill` is set. */
export async function destroyMachine(
  { platform, runner }: Context,
  machine: Machine,
  options: { kill: boolean },
): Promise<void> {
  if (isRunning(machine.state) && !options.kill) {
    throw new ApiError(412, `unable to destroy machine, not currently stopped: it is ${machine.state}`);
  }
  runner.cancelRestart(machine.id);
  setState(platform, machine.id, "destroying", { stopRequested: 1 });
  // Killing the container immediately ends pending work, such as a long stop.
  await runner.find(machine.id)?.signal("SIGKILL");
  await platform.jobs.run(machine.id, () => runner.destroy(machine.id));
}

/** The state of an updated machine until it is up again. */
const launching = ({ conditions }: Platform) => (conditions.has("pullsHang") ? "replacing" : "starting");

function volumesOf(config: MachineConfig): string[] {
  return (config.mounts ?? []).map((mount) => mount.volume);
}

export function stopping(config: MachineConfig, request: StopRequest = {}) {
  const milliseconds = durationMilliseconds(request.timeout ?? 0);
  return {
    signal: request.signal || config.stop_config?.signal || "SIGINT",
    seconds: milliseconds ? milliseconds / 1000 : stopSeconds(config),
  };
}
