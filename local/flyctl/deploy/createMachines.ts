import { messageOf, prefixed } from "../errors.ts";
import { flatten } from "../flyToml/processGroups.ts";
import { allServices } from "../flyToml/services.ts";
import { waitForHealthChecks, waitForSmokeChecks } from "../machines/healthChecks.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import { StatusLine } from "../machines/statusLine.ts";
import { suggestTimeout } from "../machines/waitErrors.ts";
import { type Deployment, leased } from "./deployment.ts";
import { inputForLaunch } from "./launchInput.ts";
import { warnIfNotListening } from "./listenCheck.ts";
import { explainSmokeFailure } from "./smokeFailure.ts";

/** What the machines of a new group will be, for the user. */
export function describeNewMachines({ config, options }: Deployment, group: string): string {
  const { mounts, ...flat } = flatten(config, group);
  if (!options.highAvailability || mounts.length > 0) return `1 "${group}" machine`;
  return allServices({ mounts, ...flat }).length > 0
    ? `2 "${group}" machines`
    : `1 "${group}" machine and 1 standby machine for it`;
}

/** Makes the machines of process groups that have none: two for availability, but only one beside a volume. */
export async function createMachines(deployment: Deployment, groups: string[]): Promise<void> {
  const { streams } = deployment.invocation;
  const sorted = [...groups].sort();
  for (const [index, group] of sorted.entries()) {
    const line = new StatusLine(streams, index, sorted.length);
    line.log("Launching new machine", "running");
    streams.out(`No machines in group ${group}, launching a new machine\n`);
    try {
      await createGroup(deployment, group, line);
    } catch (error) {
      line.failed(error as Error);
      throw error;
    }
  }
  if (sorted.length > 0) streams.error("Finished launching new machines\n");
  tellAutostop(deployment, sorted);
}

async function createGroup(deployment: Deployment, group: string, line: StatusLine): Promise<void> {
  const { config, options, invocation } = deployment;
  const machine = await createMachine(deployment, group, line);
  const flat = flatten(config, group);
  if (!options.highAvailability || flat.mounts.length > 0) return;
  if (allServices(flat).length > 0) {
    invocation.streams.out(
      "Creating a second machine for high availability and zero downtime deployments.\n",
    );
    invocation.streams.out('To disable this, set "min_machines_running = 0" in your fly.toml.\n');
    await createMachine(deployment, group, line);
  } else {
    invocation.streams.out(`Creating a standby machine for ${machine.id}\n`);
    await createMachine(deployment, group, line, machine.id);
  }
}

async function createMachine(
  deployment: Deployment,
  group: string,
  line: StatusLine,
  standbyFor?: string,
): Promise<LeasedMachine> {
  const { api, waitTimeout } = deployment;
  let input: ReturnType<typeof inputForLaunch>;
  try {
    input = inputForLaunch(deployment, group, standbyFor);
  } catch (error) {
    throw prefixed("error creating machine configuration: ", error);
  }
  const machine = await api.launch({ ...input, leaseTtl: Math.floor(waitTimeout / 1e9) }).catch((error) => {
    throw prefixed("error creating a new machine: ", error);
  });
  const created = leased(deployment, machine);
  line.log(`Machine ${created.label} was created`);
  try {
    if (!input.skipLaunch && deployment.strategy !== "immediate")
      await awaitMachine(deployment, created, line);
  } finally {
    await releaseLease(deployment, created);
  }
  return created;
}

async function awaitMachine(deployment: Deployment, created: LeasedMachine, line: StatusLine): Promise<void> {
  const { invocation, api, options, waitTimeout } = deployment;
  if (!options.skipSmokeChecks) {
    await waitForSmokeChecks(invocation, api, created).catch((error) =>
      explainSmokeFailure(deployment, created, error),
    );
  }
  if (!options.skipHealthChecks) {
    try {
      await created.waitForState("started", waitTimeout, { isNew: true });
    } catch (error) {
      throw suggestTimeout(error, "wait-timeout");
    }
    try {
      await waitForHealthChecks(invocation, api, created, waitTimeout);
    } catch (error) {
      await warnIfNotListening(deployment, created);
      throw error;
    }
    line.log(`Machine ${created.label} update finished: success`, "success");
  }
  await warnIfNotListening(deployment, created);
}

/** A lease that cannot be released runs out by itself; an interrupted deploy leaves it held. */
export async function releaseLease({ invocation }: Deployment, machine: LeasedMachine): Promise<void> {
  try {
    await machine.release();
  } catch (error) {
    invocation.log.terminalWarn(`failed to release lease for machine ${machine.label}: ${messageOf(error)}`);
  }
}

function tellAutostop({ config, invocation }: Deployment, groups: string[]): void {
  for (const [kind, consequence] of [
    ["stop", "stopped"],
    ["suspend", "suspended"],
  ] as const) {
    const names = groups.filter((group) => leastAutostop(allServices(flatten(config, group))) === kind);
    if (names.length === 0) continue;
    invocation.streams.out(
      `\n\nNOTE: The machines for [${names.join(",")}] have services with 'auto_stop_machines = "${kind}"' ` +
        `that will be ${consequence} when idling\n\n`,
    );
  }
}

/** The proxy goes by the service that stops the least. */
function leastAutostop(services: ReturnType<typeof allServices>): string {
  const order = ["off", "stop", "suspend"];
  const settings = services.map(({ auto_stop_machines: autostop }) => autostop ?? "off");
  return order.find((kind) => settings.includes(kind as "off" | "stop" | "suspend")) ?? "off";
}
