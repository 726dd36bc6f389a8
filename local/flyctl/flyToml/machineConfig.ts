import { FlyError, messageOf, NotEmulated } from "../errors.ts";
import { mapValues, sortedEntries } from "../go/json.ts";
import { splitCommand } from "../go/shlex.ts";
import { gigabytesOfDisk, mebibytesOfMemory, parseSize } from "../go/size.ts";
import { defaultSize, type Guest, presetGuest } from "../types/guest.ts";
import { type Check, type File, MachineConfig, Mount } from "../types/machine.ts";
import { version } from "../version.ts";
import { defaultProcessName, flatten } from "./processGroups.ts";
import type { Compute, Config, TomlMount } from "./schema.ts";
import { allServices, headerList, toMachineService } from "./services.ts";

/** Configuration of a machine of one process group; what fly.toml says nothing of is taken from `source`. */
export function toMachineConfig(
  whole: Config,
  group: string,
  files: File[],
  source: MachineConfig = MachineConfig.zero(),
): MachineConfig {
  refuseContainers(whole);
  const config = flatten(whole, group);
  const name = group || defaultProcessName(whole);
  const machine = structuredClone(source);
  const metrics = config.metrics[0];
  machine.metrics = metrics ? { port: metrics.port, path: metrics.path, https: metrics.https } : null;
  const { experimental } = config;
  machine.init = {
    ...machine.init,
    cmd: initCommand(config, name) ?? experimental?.cmd ?? [],
    entrypoint: experimental?.entrypoint ?? [],
    exec: experimental?.exec ?? [],
    swap_size_mb: config.swap_size_mb,
  };
  machine.metadata = { ...machine.metadata, ...groupMetadata(name) };
  machine.services = allServices(config).map(toMachineService);
  machine.checks = topLevelChecks(config, name);
  machine.env = groupEnv(config, name);
  machine.statics = config.statics;
  machine.mounts = config.mounts.map(toMachineMount);
  machine.stop_config = stopConfig(config);
  machine.files = files;
  if (config.vm[0]) machine.guest = toGuest(config.vm[0], config.host_dedication_id);
  const restart = config.restart.at(-1);
  machine.restart = restart ? { policy: restartPolicy(restart.policy), max_retries: restart.retries } : null;
  return machine;
}

/** Configuration of the machine that runs the release command: no services, no mounts, gone when it is done. */
export function toReleaseMachineConfig(config: Config, files: File[]): MachineConfig {
  const group = "fly_app_release_command";
  const machine = MachineConfig.zero();
  machine.init.cmd = splitCommand(config.deploy?.release_command ?? "");
  machine.init.swap_size_mb = config.swap_size_mb;
  machine.init.entrypoint = config.experimental?.entrypoint ?? [];
  machine.restart = { policy: "no", max_retries: 0 };
  machine.auto_destroy = true;
  machine.dns = { ...emptyDns, skip_registration: true };
  machine.metadata = groupMetadata(group);
  machine.env = { ...groupEnv(config, group), RELEASE_COMMAND: "1" };
  machine.stop_config = stopConfig(config);
  machine.files = files;
  const vm = config.deploy?.release_command_vm;
  if (vm) machine.guest = toGuest(vm, config.host_dedication_id);
  return machine;
}

const emptyDns: NonNullable<MachineConfig["dns"]> = {
  skip_registration: false,
  nameservers: [],
  searches: [],
  options: [],
  dns_forward_rules: [],
  hostname: "",
  hostname_fqdn: "",
};

function refuseContainers(config: Config): void {
  const uses = config.machine_config || config.experimental?.machine_config || config.build?.compose;
  if (uses) throw new NotEmulated("a machine of several containers (machine_config, compose)");
}

const groupMetadata = (group: string): Record<string, string> => ({
  fly_flyctl_version: version,
  fly_platform_version: "v2",
  fly_process_group: group,
});

const groupEnv = (config: Config, group: string): Record<string, string> => ({
  ...config.env,
  FLY_PROCESS_GROUP: group,
  ...(config.primary_region ? { PRIMARY_REGION: config.primary_region } : {}),
});

function initCommand(config: Config, group: string): string[] | undefined {
  const command = config.processes[group];
  if (!command) return undefined;
  try {
    return splitCommand(command);
  } catch (error) {
    throw new FlyError(`could not parse command for ${group} process group: ${messageOf(error)}`);
  }
}

function topLevelChecks(config: Config, group: string): Record<string, Check> {
  for (const [name, { port }] of sortedEntries(config.checks)) {
    if (port !== null || config.http_service) continue;
    throw new FlyError(
      `Check '${name}' for process group '${group}' has no port set and the group has no http_service to take it from`,
    );
  }
  return mapValues(config.checks, (check) => {
    if (check.type !== "http" && check.type !== "tcp") throw new FlyError(invalidCheckType);
    const { processes: _, ...rest } = check;
    const port = check.port ?? config.http_service?.internal_port ?? null;
    return {
      ...rest,
      port,
      kind: null,
      method: check.method?.toUpperCase() ?? null,
      headers: headerList(check),
    };
  });
}

export const invalidCheckType = "Missing or invalid check type, must be 'http' or 'tcp'";

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

// Validation has said what is wrong with a size by then.
function gigabytes(size: string): number {
  try {
    return size ? parseSize(size, gigabytesOfDisk) : 0;
  } catch {
    return 0;
  }
}

function stopConfig({ kill_signal: signal, kill_timeout: timeout }: Config): MachineConfig["stop_config"] {
  return signal === null && timeout === null ? null : { timeout, signal };
}

export function toGuest(vm: Compute, hostDedicationId: string): Guest {
  const { size, memory, processes: _, ...own } = vm;
  if (own.gpu_kind || own.gpus) throw new NotEmulated("a GPU in [[vm]]");
  const guest = presetGuest(size || defaultSize);
  if (hostDedicationId) guest.host_dedication_id = hostDedicationId;
  if (memory) {
    guest.memory_mb = parseSize(memory, mebibytesOfMemory);
    if (guest.memory_mb === 0) throw new FlyError("memory cannot be zero");
  }
  const given = Object.entries(own).filter(([, value]) =>
    Array.isArray(value) ? value.length > 0 : Boolean(value),
  );
  return { ...guest, ...Object.fromEntries(given) };
}

export function restartPolicy(policy: string): string {
  if (policy === "always" || policy === "on-failure") return policy;
  if (policy === "never") return "no";
  throw new FlyError(`invalid restart policy: ${policy}`);
}
