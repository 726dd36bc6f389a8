import { ApiError, notEmulated } from "../apiError.ts";
import type { Platform } from "../platform.ts";
import { findRegion, nearestRegion } from "../regions.ts";
import type { ResolvedImage } from "../registry.ts";
import type { App } from "../store/apps.ts";
import { type Machine, machinesOfApp } from "../store/machines.ts";
import { findVolume } from "../store/volumes.ts";
import { autostopWouldStop } from "./autostop.ts";
import { checkTimeProblem } from "./checks.ts";
import type { LaunchInput, MachineConfig } from "./config.ts";
import { defaultGuest, guestProblem } from "./guest.ts";
import { isGone } from "./state.ts";

interface LaunchPlan {
  region: string;
  config: MachineConfig;
  imageRef: string;
  imageLabels: Record<string, string>;
  skipsSecrets: 0 | 1;
}

/** @throws ApiError 400 if the image is not in the registry. */
export async function resolveImage({ registry }: Platform, image: string): Promise<ResolvedImage> {
  const resolved = await registry.resolve(image);
  if (!resolved) throw new ApiError(400, `failed to get manifest ${image}: not found in the registry`);
  return resolved;
}

/**
 * Plans the creation (no `existing`) or update of a machine. It refuses everything that Fly would refuse and
 * changes nothing.
 */
export function planLaunch(
  platform: Platform,
  app: App,
  input: LaunchInput,
  image: ResolvedImage,
  existing: Machine | undefined,
): LaunchPlan {
  const region = input.region || existing?.region || nearestRegion;
  if (!findRegion(region)) throw new ApiError(400, `invalid region: there is no region ${region}`);
  if (existing && region !== existing.region) {
    throw new ApiError(400, `machine ${existing.id} is in ${existing.region} and cannot move to ${region}`);
  }
  checkConfig(platform, app, input.config, existing);
  const mounts = attachable(platform, app, input.config, region, existing);
  return {
    region,
    config: { ...input.config, ...(mounts ? { mounts } : {}) },
    imageRef: image.pullReference,
    imageLabels: image.labels,
    skipsSecrets: skipsSecrets(app, input),
  };
}

function checkConfig(platform: Platform, app: App, config: MachineConfig, existing: Machine | undefined) {
  const problem = guestProblem(config.guest ?? defaultGuest);
  if (problem) throw new ApiError(400, `invalid ${problem}`);
  for (const [name, check] of Object.entries(config.checks ?? {})) {
    if (check.port == null) throw new ApiError(400, `invalid config.checks.${name}: it names no port`);
    const problem = checkTimeProblem(check);
    if (problem) throw new ApiError(400, `invalid config.checks.${name}: ${problem}`);
  }
  const others = machinesOfApp(platform.database, app.id).filter(
    (machine) =>
      machine.id !== existing?.id &&
      !isGone(machine.state) &&
      machine.config.metadata?.fly_process_group === config.metadata?.fly_process_group,
  );
  if ((config.services ?? []).some((service) => autostopWouldStop(service, others.length + 1))) {
    throw notEmulated(
      "autostop that would stop an idle machine; turn auto_stop_machines off, or raise min_machines_running",
    );
  }
}

/** The mounts as the API answers them, completed with the platform's data about their volumes. */
function attachable(
  platform: Platform,
  app: App,
  config: MachineConfig,
  region: string,
  existing: Machine | undefined,
): MachineConfig["mounts"] {
  const before = existing?.config.mounts?.[0]?.volume;
  return config.mounts?.map((mount) => {
    const volume = findVolume(platform.database, mount.volume);
    if (!volume || volume.appId !== app.id) {
      throw new ApiError(400, `volume ${mount.volume} is no volume of app ${app.name}`);
    }
    if (volume.state === "pending_destroy") throw new ApiError(412, `volume ${volume.id} is being destroyed`);
    if (volume.region !== region) {
      throw new ApiError(400, `volume ${volume.id} is in ${volume.region}, the machine in ${region}`);
    }
    if (volume.attachedMachineId !== null && volume.attachedMachineId !== existing?.id) {
      throw new ApiError(
        409,
        `volume ${volume.id} is already attached to machine ${volume.attachedMachineId}`,
      );
    }
    if (existing && before !== volume.id) {
      throw new ApiError(
        400,
        `machine ${existing.id} keeps its volume: destroy and create it to change that`,
      );
    }
    return { ...mount, encrypted: volume.encrypted === 1, size_gb: volume.sizeGb };
  });
}

/**
 * A machine reads the app's secrets again at each start, including staged ones (fly.io/docs/apps/secrets). A request can only demand
 * a minimum version of them. flyctl does that after it has set secrets.
 */
function skipsSecrets(app: App, input: LaunchInput): 0 | 1 {
  if (input.skip_secrets) return 1;
  const wanted = input.min_secrets_version ?? 0;
  if (wanted > app.secretsVersion) {
    throw new ApiError(
      412,
      `the secrets of app ${app.name} are at version ${app.secretsVersion}, not yet at ${wanted}`,
    );
  }
  return 0;
}
