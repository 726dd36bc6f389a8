import { Interrupted, messageOf, prefixed } from "../errors.ts";
import { processGroup } from "../machines/kinds.ts";
import type { LeasedMachine } from "../machines/leasedMachine.ts";
import { createMachines, describeNewMachines } from "./createMachines.ts";
import { type Deployment, deployedGroups } from "./deployment.ts";
import { checkDns } from "./dnsCheck.ts";
import { inputForRestart, inputForUpdate } from "./launchInput.ts";
import { updateRelease } from "./release.ts";
import { runReleaseCommand } from "./releaseCommand.ts";
import type { MachineUpdate } from "./updateMachine.ts";
import { updateMachines } from "./updateMachines.ts";

/** Carries a prepared deploy out, and tells Fly how its release ended. */
export async function runDeployment(deployment: Deployment): Promise<void> {
  const { invocation, options, release, image } = deployment;
  try {
    await updateRelease(deployment, "running");
  } catch (error) {
    throw prefixed("failed to set release status to 'running': ", error);
  }
  try {
    await (options.restartOnly ? restartMachines(deployment) : changeMachines(deployment));
  } catch (error) {
    await endRelease(deployment, error);
    throw error;
  }
  await endRelease(deployment);
  if (!options.skipDnsChecks) await checkDns(deployment);
  if (invocation.environment.nonEmpty("FLY_EMIT_RELEASE_JSON", "")) {
    const line = { id: release.id, version: release.version, image_ref: image.ref };
    invocation.streams.out(`${JSON.stringify(line)}\n`);
  }
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

async function restartMachines(deployment: Deployment): Promise<void> {
  const updates = deployment.machines.map((leased) => ({
    leased,
    input: inputForRestart(deployment, leased.machine),
  }));
  await updateMachines(deployment, updates);
}

async function changeMachines(deployment: Deployment): Promise<void> {
  const { options } = deployment;
  if (!options.skipReleaseCommand) {
    try {
      await runReleaseCommand(deployment);
    } catch (error) {
      throw prefixed("release command failed - aborting deployment. ", error);
    }
  }
  const groups = groupChanges(deployment);
  tellChanges(deployment, groups);
  for (const leased of groups.surplus) await destroySurplus(deployment, leased);
  deployment.machines = deployment.machines.filter((leased) => !groups.surplus.includes(leased));
  if (!options.updateOnly) await createMachines(deployment, groups.withoutMachines);
  const updates: MachineUpdate[] = deployment.machines.map((leased) => {
    try {
      return { leased, input: inputForUpdate(deployment, leased.machine) };
    } catch (error) {
      throw prefixed(`failed to update machine configuration for ${leased.label}: `, error);
    }
  });
  await updateMachines(deployment, updates);
}

interface GroupChanges {
  /** Machines of process groups that fly.toml does not have any more. */
  surplus: LeasedMachine[];
  /** Process groups that have no machine yet. */
  withoutMachines: string[];
}

function groupChanges(deployment: Deployment): GroupChanges {
  const wanted = deployedGroups(deployment);
  const groupOf = ({ machine }: LeasedMachine) => processGroup(machine);
  return {
    surplus: deployment.machines.filter((leased) => !wanted.includes(groupOf(leased))),
    withoutMachines: wanted.filter(
      (group) => !deployment.machines.some((leased) => groupOf(leased) === group),
    ),
  };
}

function tellChanges(deployment: Deployment, { surplus, withoutMachines }: GroupChanges): void {
  const { streams } = deployment.invocation;
  if (surplus.length === 0 && withoutMachines.length === 0) return;
  streams.out(deployment.isFirst ? "This deployment will:\n" : "Process groups have changed. This will:\n");
  const surplusGroups = surplus.map(({ machine }) => processGroup(machine));
  for (const group of new Set(surplusGroups)) {
    const count = surplusGroups.filter((name) => name === group).length;
    streams.out(` * destroy ${count} "${group}" machine${count === 1 ? "" : "s"}\n`);
  }
  for (const group of withoutMachines) streams.out(` * create ${describeNewMachines(deployment, group)}\n`);
  streams.out("\n");
}

async function destroySurplus({ api, invocation }: Deployment, { machine }: LeasedMachine): Promise<void> {
  const found = `machine ${machine.id} was found and is currently in ${machine.state} state`;
  invocation.streams.out(`${found}, attempting to destroy...\n`);
  try {
    await api.destroy(machine.id, machine.nonce);
  } catch (error) {
    throw prefixed(`could not destroy machine ${machine.id}: `, error);
  }
}
