import { isNotFound } from "../api/flaps.ts";
import { Interrupted, messageOf, NotEmulated } from "../errors.ts";
import { allServices } from "../flyToml/services.ts";
import { waitForHealthChecks, waitForSmokeChecks } from "../machines/healthChecks.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import { StatusLine } from "../machines/statusLine.ts";
import { suggestTimeout } from "../machines/waitErrors.ts";
import { releaseLease } from "./createMachines.ts";
import { type Deployment, leased as lease } from "./deployment.ts";
import type { UpdateInput } from "./launchInput.ts";
import { warnIfNotListening } from "./listenCheck.ts";
import { inParallel } from "./parallel.ts";
import { updateWithRetries } from "./retries.ts";
import { explainSmokeFailure } from "./smokeFailure.ts";

export interface MachineUpdate {
  leased: LeasedMachine;
  input: UpdateInput;
}

/** Stopped machines serve nobody, so that many can be updated at a time. */
const stoppedAtOnce = 30;

/** Updates the machines there are, holding all their leases meanwhile. */
export async function updateMachines(deployment: Deployment, updates: MachineUpdate[]): Promise<void> {
  const { invocation, strategy, app, options, config } = deployment;
  if (updates.length === 0) return;
  if (strategy === "bluegreen") throw new NotEmulated("the bluegreen strategy");
  if (allServices(config).some(({ machine_checks: checks }) => checks.length > 0)) {
    throw new NotEmulated("a machine check ([[…machine_checks]])");
  }
  const announcement = `Updating existing machines in '${app.name}' with ${strategy} strategy\n`;
  if (options.retries > 0) {
    invocation.streams.out(announcement);
    return updateWithRetries(deployment, updates);
  }
  await acquireLeases(deployment, updates);
  try {
    for (const { leased } of updates)
      leased.startRefreshing(deployment.leaseTimeout, deployment.leaseInterval);
    invocation.streams.out(announcement);
    const lines = updates.map((_, index) => new StatusLine(invocation.streams, index, updates.length));
    await (strategy === "immediate" ? updateAtOnce : updateInTurn)(deployment, updates, lines);
  } finally {
    await releaseLeases(deployment, updates);
  }
}

async function acquireLeases(deployment: Deployment, updates: MachineUpdate[]): Promise<void> {
  try {
    await Promise.all(updates.map(({ leased }) => leased.acquire(deployment.leaseTimeout)));
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      deployment.invocation.log.terminalWarn(`failed to acquire lease: ${messageOf(error)}\n`);
    }
    await releaseLeases(deployment, updates);
    throw error;
  }
}

async function releaseLeases({ invocation }: Deployment, updates: MachineUpdate[]): Promise<void> {
  if (invocation.signal.aborted) {
    invocation.log.terminalInfo("detected canceled context and allowing 500ms to release machine leases\n");
  }
  await Promise.all(
    updates.map(({ leased }) =>
      leased.release().catch((error) => {
        if (error instanceof Interrupted || isNotFound(error)) return;
        invocation.log.terminalWarn(`failed to release lease: ${messageOf(error)}\n`);
      }),
    ),
  );
}

async function updateAtOnce(
  deployment: Deployment,
  updates: MachineUpdate[],
  lines: StatusLine[],
): Promise<void> {
  await inParallel(updates, deployment.options.maxConcurrent, async (update, index) => {
    const line = lines[index] as StatusLine;
    await reporting(update, line, () => updateMachine(deployment, update, line));
  });
}

/** Process groups side by side; in each, one machine first, then as many at a time as may be unavailable. */
async function updateInTurn(
  deployment: Deployment,
  updates: MachineUpdate[],
  lines: StatusLine[],
): Promise<void> {
  const sorted = [...updates].sort((a, b) => (a.leased.id < b.leased.id ? -1 : 1));
  const groups = new Set(sorted.map(({ input }) => input.config.metadata.fly_process_group ?? ""));
  let nextLine = 0;
  const turns = [...groups].flatMap((group) => {
    const ofGroup = sorted.filter(({ input }) => (input.config.metadata.fly_process_group ?? "") === group);
    const cold = ofGroup.filter(({ leased }) => leased.machine.state !== "started");
    const warm = ofGroup.filter(({ leased }) => leased.machine.state === "started");
    const coldLines = lines.slice(nextLine, nextLine + cold.length);
    const warmLines = lines.slice(nextLine + cold.length, nextLine + ofGroup.length);
    nextLine += ofGroup.length;
    return [
      updateGroup(deployment, cold, coldLines, Math.min(cold.length, stoppedAtOnce)),
      updateGroup(deployment, warm, warmLines, unavailableAtOnce(deployment, warm.length)),
    ];
  });
  await Promise.all(turns);
}

export function unavailableAtOnce({ maxUnavailable }: Deployment, count: number): number {
  return maxUnavailable >= 1 ? Math.trunc(maxUnavailable) : Math.ceil(count * maxUnavailable);
}

async function updateGroup(
  deployment: Deployment,
  updates: MachineUpdate[],
  lines: StatusLine[],
  atOnce: number,
): Promise<void> {
  const one = async (update: MachineUpdate, line: StatusLine) =>
    reporting(update, line, async () => {
      await updateMachine(deployment, update, line);
      await awaitMachine(deployment, update, line);
    });
  const [first, ...others] = updates;
  if (!first) return;
  await one(first, lines[0] as StatusLine);
  await inParallel(others, atOnce, (update, index) => one(update, lines[index + 1] as StatusLine));
}

async function reporting(
  { leased }: MachineUpdate,
  line: StatusLine,
  update: () => Promise<void>,
): Promise<void> {
  const { label } = leased;
  line.log(`Updating ${label}`, "running");
  try {
    await update();
  } catch (error) {
    const outcome =
      error instanceof Interrupted ? "canceled while it was in progress" : `failed: ${messageOf(error)}`;
    line.log(`Machine ${label} update ${outcome}`, "failure");
    throw error;
  }
  line.log(`Machine ${label} update succeeded`, "success");
}

export async function updateMachine(
  deployment: Deployment,
  update: MachineUpdate,
  line: StatusLine,
): Promise<void> {
  const { leased, input } = update;
  if (input.replaces) return replaceMachine(deployment, update, line);
  line.log(`Updating ${leased.label}`);
  try {
    await leased.update(input);
  } catch (error) {
    const hostIsFull = /could not reserve resource for machine|deploys to this host are temporarily disabled/;
    const isTied = (leased.machine.config?.mounts.length ?? 0) > 0;
    if (isTied || !hostIsFull.test(messageOf(error))) throw error;
    await replaceMachine(deployment, update, line);
  }
}

async function replaceMachine(
  deployment: Deployment,
  update: MachineUpdate,
  line: StatusLine,
): Promise<void> {
  const { label } = update.leased;
  line.log(`Replacing ${label} by new machine`);
  await update.leased.destroy();
  const leaseTtl = Math.floor(deployment.waitTimeout / 1e9);
  update.leased = lease(deployment, await deployment.api.launch({ ...update.input, leaseTtl }));
  await releaseLease(deployment, update.leased);
  line.log(`Created machine ${label}`);
}

async function awaitMachine(
  deployment: Deployment,
  { leased, input }: MachineUpdate,
  line: StatusLine,
): Promise<void> {
  const { invocation, api, options, waitTimeout } = deployment;
  if (input.skipLaunch) return;
  const told = input.replaces ? undefined : line;
  if (!options.skipHealthChecks) {
    await leased.waitForState("started", waitTimeout, { isNew: true, line: told }).catch((error) => {
      throw suggestTimeout(error, "wait-timeout");
    });
  }
  if (!options.skipSmokeChecks) {
    await waitForSmokeChecks(invocation, api, leased, told).catch((error) =>
      explainSmokeFailure(deployment, leased, error),
    );
  }
  if (!options.skipHealthChecks) {
    try {
      await waitForHealthChecks(invocation, api, leased, waitTimeout, told);
    } catch (error) {
      await warnIfNotListening(deployment, leased);
      throw error;
    }
  }
  await warnIfNotListening(deployment, leased);
}
