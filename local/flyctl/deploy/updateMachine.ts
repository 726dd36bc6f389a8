import { messageOf } from "../errors.ts";
import { waitForHealthChecks, waitForSmokeChecks } from "../machines/healthChecks.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import type { StatusLine } from "../machines/statusLine.ts";
import { suggestTimeout } from "../machines/waitErrors.ts";
import { releaseLease } from "./createMachines.ts";
import { type Deployment, leased as lease } from "./deployment.ts";
import type { UpdateInput } from "./launchInput.ts";
import { warnIfNotListening } from "./listenCheck.ts";
import { explainSmokeFailure } from "./smokeFailure.ts";

/** A machine whose lease is held, and what is to become of it. */
export interface MachineUpdate {
  leased: LeasedMachine;
  input: UpdateInput;
}

/** Gives a machine its new configuration, or puts a new machine in its place. */
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

/** Waits until an updated machine is up and healthy, as far as the deploy cares. */
export async function awaitUpdated(
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
