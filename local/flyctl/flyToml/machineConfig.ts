import { FlyError } from "../errors.ts";
import { mapValues, sortedEntries } from "../go/json.ts";
import { gigabytesOfDisk, mebibytesOfMemory, parseSize } from "../go/size.ts";
import { defaultSize, type Guest, presetGuest } from "../types/guest.ts";
import { type Check, MachineConfig, Mount } from "../types/machine.ts";
import { version } from "../version.ts";
import type { Compute, Config, TomlMount } from "./schema.ts";
import { headerList, toMachineService } from "./services.ts";

/** Configuration of the app's machine. What fly.toml does not mention comes from `source`. */
export function toMachineConfig(config: Config, source: MachineConfig = MachineConfig.zero()): MachineConfig {
  const machine = structuredClone(source);
  machine.init = { ...machine.init, cmd: [], entrypoint: [], exec: [], swap_size_mb: config.swap_size_mb };
  machine.metadata = {
    ...machine.metadata,
    fly_flyctl_version: version,
    fly_platform_version: "v2",
    fly_process_group: "app",
  };
  machine.services = config.http_service ? [toMachineService(config.http_service)] : [];
  machine.checks = topLevelChecks(config);
  machine.env = {
    ...config.env,
    FLY_PROCESS_GROUP: "app",
    ...(config.primary_region ? { PRIMARY_REGION: config.primary_region } : {}),
  };
  machine.mounts = config.mounts.map(toMachineMount);
  machine.stop_config = stopConfig(config);
  if (config.vm[0]) machine.guest = toGuest(config.vm[0]);
  const restart = config.restart.at(-1);
  machine.restart = restart ? { policy: restartPolicy(restart.policy), max_retries: 0 } : null;
  return machine;
}

function topLevelChecks(config: Config): Record<string, Check> {
  for (const [name, { port }] of sortedEntries(config.checks)) {
    if (port !== null || config.http_service) continue;
    throw new FlyError(
      `Check '${name}' for process group 'app' has no port set and the group has no http_service to take it from`,
    );
  }
  return mapValues(config.checks, (check) => ({
    ...check,
    port: check.port ?? config.http_service?.internal_port ?? null,
    kind: null,
    method: check.method?.toUpperCase() ?? null,
    headers: headerList(check),
  }));
}

function toMachineMount(mount: TomlMount): Mount {
  return {
    ...Mount.zero(),
    path: mount.destination,
    name: mount.source,
    extend_threshold_percent: mount.auto_extend_size_threshold,
    add_size_gb: gigabytes(mount.auto_extend_size_increment),
    size_gb_limit: gigabytes(mount.auto_extend_size_limit),
  };
}

/** @returns 0 if there is no size or if validation refuses it */
export function gigabytes(size: string): number {
  try {
    return size ? parseSize(size, gigabytesOfDisk) : 0;
  } catch {
    return 0;
  }
}

function stopConfig({ kill_signal: signal, kill_timeout: timeout }: Config): MachineConfig["stop_config"] {
  return signal === null && timeout === null ? null : { timeout, signal };
}

function toGuest({ size, memory }: Compute): Guest {
  const guest = presetGuest(size || defaultSize);
  if (!memory) return guest;
  const memoryMb = parseSize(memory, mebibytesOfMemory);
  if (memoryMb === 0) throw new FlyError("memory cannot be zero");
  return { ...guest, memory_mb: memoryMb };
}

export function restartPolicy(policy: string): string {
  if (policy === "always" || policy === "on-failure") return policy;
  if (policy === "never") return "no";
  throw new FlyError(`invalid restart policy: ${policy}`);
}
