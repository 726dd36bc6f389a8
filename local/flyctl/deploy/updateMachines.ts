import { isNotFound } from "../api/flaps.ts";
import { Interrupted, messageOf } from "../errors.ts";
import { StatusLine } from "../machines/statusLine.ts";
import type { Deployment } from "./deployment.ts";
import { inParallel, unavailableAtOnce } from "./parallel.ts";
import { updateWithRetries } from "./retries.ts";
import { awaitUpdated, type MachineUpdate, updateMachine } from "./updateMachine.ts";

/** Stopped machines serve nobody, so that many can be updated at a time. */
const stoppedAtOnce = 30;

/** Updates the machines there are, holding all their leases meanwhile. */
export async function updateMachines(deployment: Deployment, updates: MachineUpdate[]): Promise<void> {
  const { invocation, strategy, app, options } = deployment;
  if (updates.length === 0) return;
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
      updateGroup(deployment, warm, warmLines, unavailableAtOnce(deployment.maxUnavailable, warm.length)),
    ];
  });
  await Promise.all(turns);
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
      await awaitUpdated(deployment, update, line);
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
