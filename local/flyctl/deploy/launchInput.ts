import { FlyError } from "../errors.ts";
import { toMachineConfig } from "../flyToml/machineConfig.ts";
import { configOf, processGroup } from "../machines/kinds.ts";
import type { LaunchInput } from "../machines/machinesApi.ts";
import { Guest } from "../types/guest.ts";
import { type Machine, MachineConfig, type Mount } from "../types/machine.ts";
import { version } from "../version.ts";
import type { Deployment } from "./deployment.ts";
import { takeVolume } from "./volumes.ts";

/** An update; some need the machine to be replaced by a new one. */
export interface UpdateInput extends LaunchInput {
  replaces: boolean;
}

/** For a new machine of a process group. @param standbyFor machine that it waits to replace */
export function inputForLaunch(deployment: Deployment, group: string, standbyFor?: string): LaunchInput {
  const { config: toml, options, image, files } = deployment;
  const config = toMachineConfig(toml, group, files);
  config.guest ??= { ...options.guest };
  config.image = image.ref;
  setReleaseData(deployment, config);
  const region = toml.primary_region;
  const mount = config.mounts[0];
  if (mount) {
    const volume = takeVolume(deployment, mount.name, region);
    const name = config.metadata.fly_process_group;
    if (!volume) {
      throw new FlyError(
        `New machine in group '${name}' needs an unattached volume named '${mount.name}' in region '${region}'`,
      );
    }
    mount.volume = volume.id;
  }
  if (standbyFor) {
    config.standbys = [standbyFor];
    config.env.FLY_STANDBY_FOR = standbyFor;
  }
  if (toml.host_dedication_id) config.guest.host_dedication_id = toml.host_dedication_id;
  return {
    region,
    config,
    skipLaunch: skipsLaunch(undefined, config),
    minSecretsVersion: secretsVersion(deployment),
  };
}

/** For a machine that keeps all but its release. */
export function inputForRestart(deployment: Deployment, machine: Machine): UpdateInput {
  const config = structuredClone(configOf(machine) ?? MachineConfig.zero());
  setReleaseData(deployment, config);
  return {
    config,
    region: machine.region,
    skipLaunch: skipsLaunch(machine, config),
    minSecretsVersion: secretsVersion(deployment),
    replaces: false,
  };
}

/** For a machine that gets today's fly.toml and image. */
export function inputForUpdate(deployment: Deployment, machine: Machine): UpdateInput {
  const { config: toml, image, files } = deployment;
  const before = configOf(machine) ?? MachineConfig.zero();
  const config = toMachineConfig(toml, processGroup(machine), files, before);
  config.image = image.ref;
  setReleaseData(deployment, config);
  const mounts = updateMounts(deployment, machine, before, config);
  if (machine.host_status !== "ok") refuseOnDeadHost(machine, before, config);
  if (config.services.length > 0 && config.standbys.length > 0) {
    config.standbys = [];
    delete config.env.FLY_STANDBY_FOR;
  }
  const host = toml.host_dedication_id;
  const movesHost = host !== "" && host !== (before.guest?.host_dedication_id ?? "");
  if (movesHost) moveHost(host, machine, before, config);
  return {
    config,
    region: machine.region,
    skipLaunch: skipsLaunch(machine, config),
    minSecretsVersion: secretsVersion(deployment),
    replaces: mounts === "replaces" || machine.host_status !== "ok" || movesHost,
  };
}

const secretsVersion = ({ invocation, config }: Deployment): number | undefined =>
  invocation.secretVersions.of(config.app);

export function setReleaseData({ release, app, image }: Deployment, config: MachineConfig): void {
  const { "fly-managed-postgres": _, ...metadata } = config.metadata;
  config.metadata = {
    ...metadata,
    fly_release_id: release.id,
    fly_release_version: String(release.version),
    fly_flyctl_version: version,
    fly_platform_version: metadata.fly_platform_version ?? "v2",
    fly_process_group: metadata.fly_process_group ?? "app",
    ...(app.app_role === "postgres_cluster" ? { "fly-managed-postgres": "true" } : {}),
    ...(image.builderId ? { fly_builder_id: image.builderId } : {}),
  };
}

/** A machine that is not running is updated but not started; a standby is never started. */
function skipsLaunch(machine: Machine | undefined, config: MachineConfig): boolean {
  if (machine && ["started", "starting", "failed"].includes(machine.state)) return false;
  return machine !== undefined || config.standbys.length > 0;
}

/** A volume stays with its machine: what fly.toml says otherwise needs a new machine. */
function updateMounts(
  deployment: Deployment,
  machine: Machine,
  before: MachineConfig,
  config: MachineConfig,
): "replaces" | "keeps" {
  const [old, wanted] = [before.mounts[0], config.mounts[0]];
  if (!wanted) return old ? "replaces" : "keeps";
  if (!old || (old.name !== "" && old.name !== wanted.name)) {
    if (old) warnOfOtherVolume(deployment, machine, old, wanted);
    wanted.volume = volumeFor(deployment, machine, config, wanted);
    return "replaces";
  }
  if (old.name !== "" && wanted.path !== old.path) {
    deployment.invocation.log.terminalWarn(
      `Updating the mount path for volume ${old.volume} on machine ${machine.id} from ${old.path} to ${wanted.path} ` +
        "due to fly.toml [mounts] destination value\n",
    );
    wanted.volume = old.volume;
    return "keeps";
  }
  const { extend_threshold_percent, add_size_gb, size_gb_limit } = wanted;
  config.mounts[0] = { ...old, extend_threshold_percent, add_size_gb, size_gb_limit };
  return "keeps";
}

function warnOfOtherVolume({ invocation }: Deployment, machine: Machine, old: Mount, wanted: Mount): void {
  invocation.log.terminalWarn(
    `Machine ${machine.id} has volume '${old.name}' attached but fly.toml have a different name: '${wanted.name}'\n`,
  );
}

function volumeFor(deployment: Deployment, machine: Machine, config: MachineConfig, mount: Mount): string {
  const volume = takeVolume(deployment, mount.name, machine.region);
  if (volume) return volume.id;
  const group = config.metadata.fly_process_group;
  throw new FlyError(
    `machine in group '${group}' needs an unattached volume named '${mount.name}' in region '${machine.region}'`,
  );
}

function refuseOnDeadHost(machine: Machine, before: MachineConfig, config: MachineConfig): void {
  const volume = before.mounts[0]?.volume;
  if (volume === undefined || volume !== config.mounts[0]?.volume) return;
  throw new FlyError(
    `machine '${machine.id}' requires manual intervention, it can't be automatically replaced ` +
      `because its volume '${volume}' is on an unreachable host`,
  );
}

function moveHost(host: string, machine: Machine, before: MachineConfig, config: MachineConfig): void {
  const volume = config.mounts[0]?.volume;
  if (before.mounts.length > 0 && volume !== undefined) {
    throw new FlyError(
      `can't rellocate machine '${machine.id}' to dedication id '${host}' because it has an attached volume.` +
        ` Retry after forking the volume with \`fly volume fork --host-dedication-id ${host} ${volume}\``,
    );
  }
  config.guest = { ...(config.guest ?? Guest.zero()), host_dedication_id: host };
}
