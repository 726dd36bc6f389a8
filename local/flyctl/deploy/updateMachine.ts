import { isNotFound } from "../api/flaps.ts";
import { Interrupted, messageOf } from "../errors.ts";
import { waitForHealthChecks, waitForSmokeChecks } from "../machines/healthChecks.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import type { LaunchInput } from "../machines/machinesApi.ts";
import { StatusLine } from "../machines/statusLine.ts";
import { suggestTimeout } from "../machines/waitErrors.ts";
import type { Deployment } from "./deployment.ts";
import { warnIfNotListening } from "./listenCheck.ts";
import { explainSmokeFailure } from "./smokeFailure.ts";

/** Nanoseconds. */
const leaseTimeout = 13e9;
const leaseInterval = 4e9;

/** Gives the machine its new configuration while it holds the machine's lease. */
export async function updateMachine(
  deployment: Deployment,
  leased: LeasedMachine,
  input: LaunchInput,
): Promise<void> {
  const { app, invocation } = deployment;
  await acquireLease(deployment, leased);
  try {
    leased.startRefreshing(leaseTimeout, leaseInterval);
    invocation.streams.out(`Updating existing machines in '${app.name}' with rolling strategy\n`);
    const line = new StatusLine(invocation.streams);
    await reporting(leased, line, async () => {
      line.log(`Updating ${leased.label}`);
      await leased.update(input);
      if (!input.skipLaunch) await awaitUpdated(deployment, leased, line);
    });
  } finally {
    await releaseLease(deployment, leased);
  }
}

async function acquireLease(deployment: Deployment, leased: LeasedMachine): Promise<void> {
  try {
    await leased.acquire(leaseTimeout);
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      deployment.invocation.log.terminalWarn(`failed to acquire lease: ${messageOf(error)}\n`);
    }
    await releaseLease(deployment, leased);
    throw error;
  }
}

async function releaseLease({ invocation }: Deployment, leased: LeasedMachine): Promise<void> {
  if (invocation.signal.aborted) {
    invocation.log.terminalInfo("detected canceled context and allowing 500ms to release machine leases\n");
  }
  await leased.release().catch((error) => {
    if (error instanceof Interrupted || isNotFound(error)) return;
    invocation.log.terminalWarn(`failed to release lease: ${messageOf(error)}\n`);
  });
}

async function reporting(
  { label }: LeasedMachine,
  line: StatusLine,
  update: () => Promise<void>,
): Promise<void> {
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

/** Waits until the machine is up and healthy. */
async function awaitUpdated(deployment: Deployment, leased: LeasedMachine, line: StatusLine): Promise<void> {
  const { invocation, api, options, waitTimeout } = deployment;
  await leased.waitForState("started", waitTimeout, { isNew: true, line }).catch((error) => {
    throw suggestTimeout(error, "wait-timeout");
  });
  if (!options.skipSmokeChecks) {
    await waitForSmokeChecks(invocation, api, leased, line).catch((error) =>
      explainSmokeFailure(deployment, leased, error),
    );
  }
  try {
    await waitForHealthChecks(invocation, api, leased, waitTimeout, line);
  } catch (error) {
    await warnIfNotListening(deployment, leased);
    throw error;
  }
  await warnIfNotListening(deployment, leased);
}
