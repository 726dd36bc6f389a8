import { requireOrganization } from "../api/account.ts";
import { between, type Command } from "../cli/command.ts";
import { resolveImage } from "../deploy/resolveImage.ts";
import { FlyError, NotEmulated, prefixed, yesRequired } from "../errors.ts";
import { decimalBytes } from "../go/humanize.ts";
import { goJson } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { awaitState } from "../machines/awaitMachine.ts";
import { changedConfig, changedServices } from "../machines/changeConfig.ts";
import { checkGuest } from "../machines/guestLimits.ts";
import { waitForKnownChecks } from "../machines/healthChecks.ts";
import { holdingMachines } from "../machines/holdMachines.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { selectMachine } from "../machines/selectMachines.ts";
import { WaitTimeout } from "../machines/waitErrors.ts";
import { lineDiff } from "../output/lineDiff.ts";
import { askForFeatureFlags } from "../telemetry/featureFlags.ts";
import { FlapsApp } from "../types/flapsApp.ts";
import { type Machine, MachineConfig } from "../types/machine.ts";
import { machineUpdateFlags } from "./machineUpdateFlags.ts";

const defaultTimeout = 300;

export const machineUpdate: Command = {
  name: "update",
  operands: "[machine_id]",
  short: "Update a machine",
  app: "optional",
  arguments: between(0, 1),
  flags: machineUpdateFlags,
  async run(invocation) {
    const machine = await selectMachine(invocation, invocation.args[0]);
    if (machine.host_status !== "ok") {
      throw new FlyError("the machine is on an unreachable host, try again later");
    }
    await holdingMachines(invocation, [machine], async ([held]) => update(invocation, held as Machine));
  },
};

async function update(invocation: Invocation, machine: Machine): Promise<void> {
  const { appName, flags, streams } = invocation;
  const before = machine.config ?? MachineConfig.zero();
  const config = await configFor(invocation, before);
  if (!flags.bool("yes")) refuseUnconfirmed(invocation, machine, before, config);
  if (config.guest) checkGuest(config.guest);
  streams.out(`Updating machine ${machine.id}\n`);
  await apply(invocation, machine, config).catch((error) => {
    if (!(error instanceof WaitTimeout)) throw error;
    const suggestion = "Try increasing the --wait-timeout";
    throw new FlyError(error.message, { ...error.details, suggestion });
  });
  streams.out(`Machine ${machine.id} updated successfully!\n`);
  streams.out(`\nMonitor machine status here:\nhttps://fly.io/apps/${appName}/machines/${machine.id}\n`);
}

async function configFor(invocation: Invocation, before: MachineConfig): Promise<MachineConfig> {
  const { flags, streams } = invocation;
  const config = changedConfig(before, flags, streams);
  const image = flags.string("image");
  if (image) config.image = await findImage(invocation, image);
  changedServices(config, flags);
  const mountPoint = flags.string("mount-point");
  if (mountPoint) {
    const [mount, ...others] = config.mounts;
    if (!mount || others.length > 0) throw new FlyError("Machine doesn't have a volume attached");
    mount.path = mountPoint;
  }
  return config;
}

/** @returns the image with its digest, unlike a deploy's */
async function findImage(invocation: Invocation, reference: string): Promise<string> {
  const { appName, environment, flaps, http, streams } = invocation;
  if (/^[./]/.test(reference)) throw new NotEmulated("building an image from source");
  if (environment.isCi)
    throw new NotEmulated("the local Docker daemon, which flyctl asks first where CI is set,");
  const { organization } = await flaps.fetch(FlapsApp, "GET", `/apps/${appName}`);
  await askForFeatureFlags(http, environment, organization.internal_numeric_id);
  await requireOrganization(invocation, organization.slug);
  const image = await resolveImage(invocation, appName, reference, "remote");
  const pinned = image.digest ? `${image.ref}@${image.digest}` : image.ref;
  streams.out(`Image: ${pinned}\nImage size: ${decimalBytes(image.size)}\n\n`);
  return pinned;
}

/** Shows what would change, which flyctl would ask about. */
function refuseUnconfirmed(
  { streams }: Invocation,
  { id, name }: Machine,
  ...configs: MachineConfig[]
): never {
  const [before = "", after = ""] = configs.map((config) => goJson(MachineConfig.encode(config), "  "));
  if (before === after) throw new FlyError("no config changes found");
  streams.out(
    `Configuration changes to be applied to machine: ${id} (${name})\n\n${lineDiff(before, after)}\n`,
  );
  throw yesRequired();
}

async function apply(invocation: Invocation, machine: Machine, config: MachineConfig): Promise<void> {
  const { appName, flags, flaps, secretVersions } = invocation;
  const { id, name, region, nonce } = machine;
  const api = new MachinesApi(flaps, appName);
  const input = {
    name,
    region,
    config,
    skipLaunch: config.standbys.length > 0 || flags.bool("skip-start"),
    minSecretsVersion: secretVersions.of(appName),
  };
  const updated = await api.update(id, input, nonce).catch((error) => {
    throw prefixed(`could not update machine ${id}: `, error);
  });
  const state = await settledState(invocation, updated);
  if (state === "failed") throw new FlyError(`machine ${id} update failed: machine entered "${state}" state`);
  if (state !== "started" || flags.bool("skip-health-checks")) return;
  await waitForKnownChecks(invocation, api, id, updated.checks.length).catch((error) => {
    throw prefixed("failed to wait for health checks to pass: ", error);
  });
}

async function settledState(invocation: Invocation, machine: Machine): Promise<string> {
  const { appName, flags, flaps } = invocation;
  const what = "error while waiting for machine to update";
  const timeout = (flags.number("wait-timeout") || defaultTimeout) * 1000;
  await awaitState(invocation, machine, "settled", timeout).catch((error) => {
    throw error instanceof WaitTimeout ? error : prefixed(`${what}: `, error);
  });
  const { state } = await new MachinesApi(flaps, appName).get(machine.id).catch((error) => {
    throw prefixed(`${what}: failed to get machine after waiting for it to settle: `, error);
  });
  return state;
}
