import { isNotFound } from "../api/flaps.ts";
import { FlyError, Interrupted, messageOf, prefixed } from "../errors.ts";
import { toReleaseMachineConfig } from "../flyToml/machineConfig.ts";
import { defaultProcessName } from "../flyToml/processGroups.ts";
import { LogCollector } from "../logs/logCollector.ts";
import { Backoff } from "../machines/backoff.ts";
import { exitAfterStart, processGroup } from "../machines/kinds.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import { StatusLine } from "../machines/statusLine.ts";
import { suggestTimeout } from "../machines/waitErrors.ts";
import { defaultSize, type Guest, presetGuest } from "../types/guest.ts";
import { openLogStream } from "../wireguard/logStream.ts";
import { type Deployment, leased } from "./deployment.ts";
import { setReleaseData } from "./launchInput.ts";

/** Runs fly.toml's release command in a machine of its own. @throws if it fails: the deploy ends there */
export async function runReleaseCommand(deployment: Deployment): Promise<void> {
  const { invocation, app, config } = deployment;
  const command = config.deploy?.release_command;
  if (!command) return;
  invocation.streams.error(`Running ${app.name} release_command: ${command}\n`);
  const line = new StatusLine(invocation.streams);
  try {
    await run(deployment, line);
  } catch (error) {
    if (!(error instanceof Interrupted)) line.failed(error as Error);
    throw error;
  }
}

async function run(deployment: Deployment, line: StatusLine): Promise<void> {
  const { invocation, app, options } = deployment;
  const machineCreated = createMachine(deployment, line).catch((error) => {
    throw prefixed("error running release_command machine: ", error);
  });
  const [machine] = await Promise.all([machineCreated, openLogStream(invocation, app.name)]);
  const logs = new LogCollector(invocation, app.name, machine.id);
  try {
    invocation.streams.error("Starting machine\n");
    await startMachine(deployment, machine, line);
    await awaitEnd(deployment, machine, line);
    const exitCode = await readExitCode(deployment, machine, line);
    if (options.verbose) await awaitLogs(invocation, logs);
    if (exitCode !== 0) await tellFailure(deployment, machine, exitCode, logs, line);
  } finally {
    logs.stop();
  }
  line.log(`release_command ${machine.id} completed successfully`, "success");
}

async function createMachine(deployment: Deployment, line: StatusLine): Promise<LeasedMachine> {
  const { api, config, files, image, releaseCommandMachine, waitTimeout, invocation } = deployment;
  await releaseCommandMachine?.destroy().catch(() => undefined);
  const machineConfig = toReleaseMachineConfig(config, files);
  machineConfig.image = image.ref;
  machineConfig.guest ??= releaseGuest(deployment);
  setReleaseData(deployment, machineConfig);
  if (config.host_dedication_id) machineConfig.guest.host_dedication_id = config.host_dedication_id;
  const input = {
    config: machineConfig,
    region: config.primary_region,
    skipLaunch: true,
    minSecretsVersion: invocation.secretVersions.of(config.app),
  };
  const created = await api.launch(input).catch((error) => {
    throw prefixed("error creating a release_command machine: ", error);
  });
  line.log(`Created release_command machine ${created.id}`, "running");
  const machine = leased(deployment, created);
  await machine.waitForState("stopped", waitTimeout, { line, isNew: true }).catch((error) => {
    throw suggestTimeout(error, "wait-timeout");
  });
  return machine;
}

/** At least two processors; more if the flags or the default group's machines have more memory. */
function releaseGuest({ options, machines, config }: Deployment): Guest {
  const smallest = presetGuest(defaultSize);
  const { guest } = options;
  const isDefault =
    guest.cpu_kind === smallest.cpu_kind &&
    guest.cpus === smallest.cpus &&
    guest.memory_mb === smallest.memory_mb;
  const group = defaultProcessName(config);
  const guests = machines
    .filter(({ machine }) => processGroup(machine) === group)
    .map(({ machine }) => machine.config?.guest)
    .filter((candidate) => candidate !== undefined && candidate !== null)
    .sort((a, b) => b.memory_mb - a.memory_mb);
  return structuredClone(guests[0] ?? (isDefault ? presetGuest("shared-cpu-2x") : guest));
}

async function startMachine(
  { api, invocation }: Deployment,
  machine: LeasedMachine,
  line: StatusLine,
): Promise<void> {
  line.log(`Waiting for ${machine.label} to have state: started`);
  await api.start(machine.id).catch((error) => {
    invocation.streams.error(`error starting release_command machine: ${messageOf(error)}\n`);
    throw error;
  });
}

async function awaitEnd(deployment: Deployment, machine: LeasedMachine, line: StatusLine): Promise<void> {
  const { waitTimeout, releaseCommandTimeout } = deployment;
  const what = `error waiting for release_command machine ${machine.id}`;
  try {
    await machine.waitForState("started", waitTimeout, { line });
  } catch (error) {
    // It has run and is gone already.
    if (isNotFound(error)) return;
    throw prefixed(`${what} to start: `, suggestTimeout(error, "wait-timeout"));
  }
  try {
    await machine.waitForState("destroyed", releaseCommandTimeout, { line, mayWaitForever: true });
  } catch (error) {
    throw prefixed(`${what} to finish running: `, suggestTimeout(error, "release-command-timeout"));
  }
}

async function readExitCode(
  deployment: Deployment,
  { id, label }: LeasedMachine,
  line: StatusLine,
): Promise<number> {
  const { api, invocation, releaseCommandTimeout } = deployment;
  const deadline = Date.now() + (releaseCommandTimeout || 120e9) / 1e6;
  const backoff = new Backoff(500, 2000);
  line.log(`Waiting for ${label} to get exit event`);
  for (;;) {
    const machine = await api.get(id).catch((error) => {
      const problem = prefixed(`error getting machine ${id} from api: `, error);
      throw prefixed(`error finding the release_command machine ${id} exit event: `, problem);
    });
    const request = exitAfterStart(machine)?.request;
    const exit = request?.MonitorEvent?.exit_event ?? request?.exit_event;
    if (exit) return exit.exit_code;
    if (request) {
      throw new FlyError(
        `error get release_command machine ${id} exit code: error no exit code in this MachineRequest`,
      );
    }
    if (Date.now() > deadline) {
      throw new FlyError(`error finding the release_command machine ${id} exit event: timeout reached`);
    }
    await invocation.http.pause(backoff.next());
  }
}

async function tellFailure(
  { invocation, options }: Deployment,
  { id }: LeasedMachine,
  exitCode: number,
  logs: LogCollector,
  line: StatusLine,
): Promise<never> {
  line.log("release_command failed", "failure");
  const { error } = invocation.streams;
  error(`Error release_command failed running on machine ${id} with exit code ${exitCode}.\n`);
  if (!options.verbose) {
    error("Checking logs: fetching the last 100 lines below:\n");
    await awaitLogs(invocation, logs);
    for (const entry of logs.lines) error(`${entry}\n`);
  }
  throw new FlyError(`machine ${id} exited with non-zero status of ${exitCode}`);
}

async function awaitLogs({ streams }: Deployment["invocation"], logs: LogCollector): Promise<void> {
  if (!(await logs.settled())) streams.error("timeout waiting for release command logs\n");
}
