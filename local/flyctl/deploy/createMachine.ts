import { messageOf, NotEmulated, prefixed } from "../errors.ts";
import { waitForHealthChecks, waitForSmokeChecks } from "../machines/healthChecks.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import { StatusLine } from "../machines/statusLine.ts";
import { suggestTimeout } from "../machines/waitErrors.ts";
import { type Deployment, leased } from "./deployment.ts";
import { inputForLaunch } from "./launchInput.ts";
import { warnIfNotListening } from "./listenCheck.ts";
import { explainSmokeFailure } from "./smokeFailure.ts";

/** Creates the app's machine. */
export async function createMachine(deployment: Deployment): Promise<void> {
  const { config, invocation, isFirst, options } = deployment;
  const { streams } = invocation;
  if (options.highAvailability && config.mounts.length === 0)
    throw new NotEmulated("a second machine (--ha without a volume)");
  streams.out(isFirst ? "This deployment will:\n" : "Process groups have changed. This will:\n");
  streams.out(` * create 1 "app" machine\n\n`);
  const line = new StatusLine(streams);
  line.log("Launching new machine", "running");
  streams.out("No machines in group app, launching a new machine\n");
  try {
    await launch(deployment, line);
  } catch (error) {
    line.failed(error as Error);
    throw error;
  }
  streams.error("Finished launching new machines\n");
}

async function launch(deployment: Deployment, line: StatusLine): Promise<void> {
  const { api, waitTimeout } = deployment;
  let input: ReturnType<typeof inputForLaunch>;
  try {
    input = inputForLaunch(deployment);
  } catch (error) {
    throw prefixed("error creating machine configuration: ", error);
  }
  const machine = await api.launch({ ...input, leaseTtl: Math.floor(waitTimeout / 1e9) }).catch((error) => {
    throw prefixed("error creating a new machine: ", error);
  });
  const created = leased(deployment, machine);
  line.log(`Machine ${created.label} was created`);
  try {
    await awaitCreated(deployment, created, line);
  } finally {
    await releaseLease(deployment, created);
  }
}

async function awaitCreated(deployment: Deployment, created: LeasedMachine, line: StatusLine): Promise<void> {
  const { invocation, api, options, waitTimeout } = deployment;
  if (!options.skipSmokeChecks) {
    await waitForSmokeChecks(invocation, api, created).catch((error) =>
      explainSmokeFailure(deployment, created, error),
    );
  }
  await created.waitForState("started", waitTimeout, { isNew: true }).catch((error) => {
    throw suggestTimeout(error, "wait-timeout");
  });
  try {
    await waitForHealthChecks(invocation, api, created, waitTimeout);
  } catch (error) {
    await warnIfNotListening(deployment, created);
    throw error;
  }
  line.log(`Machine ${created.label} update finished: success`, "success");
  await warnIfNotListening(deployment, created);
}

/** Releases the lease. If that fails, it expires on its own. An interrupted deploy does not release it. */
async function releaseLease({ invocation }: Deployment, machine: LeasedMachine): Promise<void> {
  try {
    await machine.release();
  } catch (error) {
    invocation.log.terminalWarn(`failed to release lease for machine ${machine.label}: ${messageOf(error)}`);
  }
}
