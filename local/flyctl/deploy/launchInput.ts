import { FlyError, NotEmulated } from "../errors.ts";
import { toMachineConfig } from "../flyToml/machineConfig.ts";
import { configOf } from "../machines/kinds.ts";
import type { LaunchInput } from "../machines/machinesApi.ts";
import { defaultSize, presetGuest } from "../types/guest.ts";
import { type Machine, MachineConfig } from "../types/machine.ts";
import { version } from "../version.ts";
import type { Deployment } from "./deployment.ts";

/** Input for a new machine. */
export function inputForLaunch(deployment: Deployment): LaunchInput {
  const { config: toml, image, freeVolumes } = deployment;
  const config = toMachineConfig(toml);
  config.guest ??= presetGuest(defaultSize);
  config.image = image.ref;
  setReleaseData(deployment, config);
  const region = toml.primary_region;
  const [mount] = config.mounts;
  if (mount) {
    const volume = freeVolumes.find(
      (free) => free.name === mount.name && (region === "" || free.region === region),
    );
    if (!volume) {
      throw new FlyError(
        `New machine in group 'app' needs an unattached volume named '${mount.name}' in region '${region}'`,
      );
    }
    mount.volume = volume.id;
  }
  return { region, config, skipLaunch: false, minSecretsVersion: secretsVersion(deployment) };
}

/** Input for a machine that keeps everything except its release. */
export function inputForRestart(deployment: Deployment, machine: Machine): LaunchInput {
  return inputFor(deployment, machine, structuredClone(configOf(machine) ?? MachineConfig.zero()));
}

/** Input for a machine that gets the current fly.toml and image. */
export function inputForUpdate(deployment: Deployment, machine: Machine): LaunchInput {
  const before = configOf(machine) ?? MachineConfig.zero();
  const config = toMachineConfig(deployment.config, before);
  config.image = deployment.image.ref;
  keepMount(machine, before, config);
  return inputFor(deployment, machine, config);
}

function inputFor(deployment: Deployment, machine: Machine, config: MachineConfig): LaunchInput {
  setReleaseData(deployment, config);
  return {
    region: machine.region,
    config,
    // A machine in any other state, such as `stopped`, is updated but not started.
    skipLaunch: !["started", "starting", "failed"].includes(machine.state),
    minSecretsVersion: secretsVersion(deployment),
  };
}

const secretsVersion = ({ invocation, config }: Deployment): number | undefined =>
  invocation.secretVersions.of(config.app);

function setReleaseData({ release }: Deployment, config: MachineConfig): void {
  config.metadata = {
    ...config.metadata,
    fly_release_id: release.id,
    fly_release_version: String(release.version),
    fly_flyctl_version: version,
    fly_platform_version: config.metadata.fly_platform_version ?? "v2",
    fly_process_group: config.metadata.fly_process_group ?? "app",
  };
}

/** A machine keeps its volume. Another volume, or none, would need a new machine. */
function keepMount(machine: Machine, before: MachineConfig, config: MachineConfig): void {
  const [old, wanted] = [before.mounts[0], config.mounts[0]];
  if (machine.host_status !== "ok" && old) {
    throw new FlyError(
      `machine '${machine.id}' requires manual intervention, it can't be automatically replaced ` +
        `because its volume '${old.volume}' is on an unreachable host`,
    );
  }
  const isKept = !old === !wanted && old?.name === wanted?.name && old?.path === wanted?.path;
  if (!isKept || machine.host_status !== "ok") throw new NotEmulated("a new machine in place of one");
  if (!old || !wanted) return;
  const { extend_threshold_percent, add_size_gb, size_gb_limit } = wanted;
  config.mounts[0] = { ...old, extend_threshold_percent, add_size_gb, size_gb_limit };
}
