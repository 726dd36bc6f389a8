import { Interrupted, messageOf, prefixed } from "../errors.ts";
import { createMachine } from "./createMachine.ts";
import type { Deployment } from "./deployment.ts";
import { inputForRestart, inputForUpdate } from "./launchInput.ts";
import { updateRelease } from "./release.ts";
import { updateMachine } from "./updateMachine.ts";

/** Carries out a prepared deploy and tells Fly how its release ended. */
export async function runDeployment(deployment: Deployment): Promise<void> {
  const { invocation, release, image } = deployment;
  try {
    await updateRelease(deployment, "running");
  } catch (error) {
    throw prefixed("failed to set release status to 'running': ", error);
  }
  try {
    await changeMachine(deployment);
  } catch (error) {
    await endRelease(deployment, error);
    throw error;
  }
  await endRelease(deployment);
  if (invocation.environment.nonEmpty("FLY_EMIT_RELEASE_JSON", "")) {
    const line = { id: release.id, version: release.version, image_ref: image.ref };
    invocation.streams.out(`${JSON.stringify(line)}\n`);
  }
}

async function changeMachine(deployment: Deployment): Promise<void> {
  const { machine: leased, options } = deployment;
  if (!leased) return createMachine(deployment);
  const inputFor = options.restartOnly ? inputForRestart : inputForUpdate;
  let input: ReturnType<typeof inputFor>;
  try {
    input = inputFor(deployment, leased.machine);
  } catch (error) {
    throw prefixed(`failed to update machine configuration for ${leased.label}: `, error);
  }
  await updateMachine(deployment, leased, input);
}

async function endRelease(deployment: Deployment, failure?: unknown): Promise<void> {
  const status =
    failure === undefined ? "complete" : failure instanceof Interrupted ? "interrupted" : "failed";
  try {
    await updateRelease(deployment, status, status === "failed" ? messageOf(failure) : "");
  } catch (error) {
    const outcome = failure === undefined ? "successful deployment" : "deployment failure";
    deployment.invocation.log.terminalWarn(
      `failed to set final release status after ${outcome}: ${messageOf(error)}\n`,
    );
  }
}
