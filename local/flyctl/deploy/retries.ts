import { isDeepStrictEqual } from "node:util";
import { FlyError, Interrupted, messageOf, prefixed } from "../errors.ts";
import { waitForHealthChecks, waitForSmokeChecks } from "../machines/healthChecks.ts";
import { StatusLine } from "../machines/statusLine.ts";
import { MachineConfig } from "../types/machine.ts";
import { type Deployment, leased as lease } from "./deployment.ts";
import { warnIfNotListening } from "./listenCheck.ts";
import { inParallel, unavailableAtOnce } from "./parallel.ts";
import { explainSmokeFailure } from "./smokeFailure.ts";
import { type MachineUpdate, updateMachine } from "./updateMachine.ts";

/** States in which a machine may come to rest after an update. */
const restingStates = ["stopped", "started", "suspended"];

/** `--deploy-retries N`: flyctl's other way of updating machines, which goes on where a failed attempt ended. */
export async function updateWithRetries(deployment: Deployment, updates: MachineUpdate[]): Promise<void> {
  const { api, invocation, options, leaseTimeout, leaseInterval } = deployment;
  const current = await api.list();
  const targets = updates.flatMap((update) => {
    const machine = current.find(({ id }) => id === update.leased.id);
    return machine ? [{ ...update, leased: lease(deployment, machine) }] : [];
  });
  const lines = targets.map((_, index) => new StatusLine(invocation.streams, index, targets.length));
  const atOnce = unavailableAtOnce(deployment.maxUnavailable, targets.length);
  try {
    await inParallel(targets, atOnce, async ({ leased }, index) => {
      lines[index]?.log(`Acquiring lease for ${leased.id}`, "running");
      await leased.acquire(leaseTimeout);
      leased.startRefreshing(leaseTimeout, leaseInterval);
      lines[index]?.log(`Acquired lease for ${leased.id}`, "running");
    });
    for (let attempt = 0; ; attempt++) {
      try {
        await inParallel(targets, atOnce, (target, index) =>
          updateOne(deployment, target, lines[index] as StatusLine),
        );
        return;
      } catch (error) {
        if (error instanceof Interrupted || error instanceof FinalFailure || attempt > options.retries)
          throw error;
        invocation.streams.error(`Failed to update machines: ${messageOf(error)} Retrying...\n`);
        await invocation.http.pause(1000);
      }
    }
  } finally {
    await inParallel(targets, targets.length, async ({ leased }, index) => {
      lines[index]?.log(`Clearing lease for ${leased.id}`, "running");
      await leased.release().catch(() => undefined);
      lines[index]?.log(`Cleared lease for ${leased.id}`, "success");
    });
  }
}

/** A failure that another attempt would not fix. */
class FinalFailure extends FlyError {}

async function updateOne(deployment: Deployment, update: MachineUpdate, line: StatusLine): Promise<void> {
  const { leased } = update;
  try {
    line.log(`Updating machine config for ${leased.id}`, "running");
    if (!hasSameConfig(update)) await updateMachine(deployment, update, line);
    line.log(`Updated machine config for ${leased.id}`, "running");
    await awaitMachine(deployment, update, line);
    line.log(`Machine ${leased.id} is now in a good state`, "success");
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    line.log(messageOf(error), "failure");
    throw prefixedKeepingKind(`failed to update machine ${leased.id}: `, error);
  }
}

function prefixedKeepingKind(prefix: string, error: unknown): FlyError {
  if (error instanceof FinalFailure) return new FinalFailure(`${prefix}${error.message}`, error.details);
  return prefixed(prefix, error);
}

function hasSameConfig({ leased, input }: MachineUpdate): boolean {
  const comparable = (config: MachineConfig) => {
    const { fly_flyctl_version: _, ...metadata } = config.metadata;
    return MachineConfig.encode({ ...config, metadata });
  };
  const { config } = leased.machine;
  return config !== null && isDeepStrictEqual(comparable(config), comparable(input.config));
}

async function awaitMachine(
  deployment: Deployment,
  { leased, input }: MachineUpdate,
  line: StatusLine,
): Promise<void> {
  const { invocation, api, options, waitTimeout } = deployment;
  if (!options.skipHealthChecks || !options.skipSmokeChecks) {
    line.log(`Waiting for machine ${leased.id} to reach a good state`, "running");
    const state = await Promise.any(
      restingStates.map((wanted) => leased.waitForState(wanted, waitTimeout).then(() => wanted)),
    );
    line.log(`Machine ${leased.id} reached ${state} state`, "running");
  }
  if (input.skipLaunch) return;
  await warnIfNotListening(deployment, leased);
  if (!options.skipSmokeChecks) {
    line.log(`Running smoke checks on machine ${leased.id}`, "running");
    await waitForSmokeChecks(invocation, api, leased)
      .catch((error) => explainSmokeFailure(deployment, leased, error))
      .catch(makeFinal);
  }
  if (!options.skipHealthChecks) {
    line.log(`Running machine checks on machine ${leased.id}`, "running");
    line.log(`Checking health of machine ${leased.id}`, "running");
    await waitForHealthChecks(invocation, api, leased, waitTimeout).catch(makeFinal);
  }
}

function makeFinal(error: unknown): never {
  if (error instanceof Interrupted) throw error;
  throw new FinalFailure(`Unrecoverable error: ${messageOf(error)}`);
}
