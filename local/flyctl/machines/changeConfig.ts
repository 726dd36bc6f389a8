import type { FlagSet } from "../cli/flagSet.ts";
import { FlyError, messageOf, NotEmulated } from "../errors.ts";
import { splitCommand } from "../go/shlex.ts";
import { gibibytesOfMemory, mebibytesOfMemory, parseSize, type SizeUnit } from "../go/size.ts";
import type { Streams } from "../output/streams.ts";
import { parsePairs } from "../parsePairs.ts";
import type { MachineConfig } from "../types/machine.ts";
import type { Autostop } from "../types/service.ts";
import { filesFromFlags, mergeFiles } from "./fileFlags.ts";
import { guestFromFlags } from "./guestFlags.ts";
import { applyPortFlags } from "./portFlags.ts";

/** A machine's configuration with the flags of `machine update` applied to it, all but its image. */
export function changedConfig(before: MachineConfig, flags: FlagSet, streams: Streams): MachineConfig {
  if (before.containers.length > 0) throw new NotEmulated("a machine of several containers");
  const config = structuredClone(before);
  config.guest = guestFromFlags(flags, config.guest);
  const kernelArguments = flags.strings("kernel-arg");
  if (kernelArguments.length > 0) config.guest.kernel_args = kernelArguments;
  changeDisks(config, flags);
  config.env = { ...config.env, ...pairs(flags, "env") };
  config.schedule = flags.string("schedule") || config.schedule;
  if (flags.isGiven("command")) config.init.cmd = words(flags.string("command").trim(), "invalid command");
  if (flags.isGiven("skip-dns-registration")) {
    config.dns = { ...(config.dns ?? emptyDns), skip_registration: flags.bool("skip-dns-registration") };
  }
  config.metadata = { ...config.metadata, ...pairs(flags, "metadata") };
  config.services = applyPortFlags(config.services, flags.strings("port"));
  const entrypoint = flags.string("entrypoint");
  if (entrypoint) config.init.entrypoint = words(entrypoint, "invalid entrypoint");
  changeRestartPolicy(config, flags, streams);
  return config;
}

/** What flyctl does after it has found the image. */
export function changedServices(config: MachineConfig, flags: FlagSet): void {
  for (const service of config.services) {
    if (config.disable_machine_autostart !== null) {
      service.autostart = !config.disable_machine_autostart;
      config.disable_machine_autostart = null;
    }
    if (flags.isGiven("autostop")) service.autostop = parseAutostop(flags.string("autostop"));
    if (flags.isGiven("autostart")) service.autostart = flags.bool("autostart");
  }
  if (flags.isGiven("standby-for")) {
    config.standbys = flags.strings("standby-for");
    config.env.FLY_STANDBY_FOR = config.standbys.join(",");
  }
  config.files = mergeFiles(config.files, filesFromFlags(flags));
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

function changeDisks(config: MachineConfig, flags: FlagSet): void {
  if (flags.isGiven("rootfs-persist") || flags.isGiven("rootfs-size")) {
    config.rootfs = { ...(config.rootfs ?? { persist: "", size_gb: 0 }) };
    if (flags.isGiven("rootfs-persist")) config.rootfs.persist = persistence(flags.string("rootfs-persist"));
    if (flags.isGiven("rootfs-size")) config.rootfs.size_gb = size(flags, "rootfs", gibibytesOfMemory);
  }
  if (flags.isGiven("swap-size")) {
    const swap = size(flags, "swap", mebibytesOfMemory, 1);
    config.init.swap_size_mb = swap;
  }
  if (flags.isGiven("cachedrive-size")) {
    const drive = size(flags, "cachedrive", mebibytesOfMemory);
    config.cache_drive = drive === 0 ? null : { size_mb: drive };
  }
}

function persistence(value: string): string {
  if (["never", "always", "restart"].includes(value)) return value;
  throw new FlyError("invalid rootfs-persist value, must be one of: never, always, restart");
}

function size(flags: FlagSet, disk: string, unit: SizeUnit, least: 0 | 1 = 0): number {
  let value: number;
  try {
    value = parseSize(flags.string(`${disk}-size`), unit);
  } catch (error) {
    throw new FlyError(`invalid ${disk} size: ${messageOf(error)}`);
  }
  const wanted = least === 0 ? "not be negative" : "be greater than zero";
  if (value < least) throw new FlyError(`--${disk}-size must ${wanted}`);
  return value;
}

function pairs(flags: FlagSet, flag: string): Record<string, string> {
  try {
    return parsePairs(flags.strings(flag), "");
  } catch {
    throw new FlyError(`invalid key/value pairs specified for flag ${flag}`);
  }
}

function words(command: string, problem: string): string[] {
  try {
    return splitCommand(command);
  } catch (error) {
    throw new FlyError(`${problem}: ${messageOf(error)}`);
  }
}

function changeRestartPolicy(config: MachineConfig, flags: FlagSet, streams: Streams): void {
  const wanted = flags.string("restart");
  if (wanted === "") {
    if (flags.isGiven("restart")) config.restart = null;
    // A machine that is to vanish when it exits must not be restarted.
    else if (config.auto_destroy) config.restart = { policy: "no", max_retries: 0 };
    return;
  }
  if (!["no", "on-fail", "on-failure", "always"].includes(wanted))
    throw new FlyError("invalid restart provided");
  if (wanted === "on-fail") {
    streams.error("The 'on-fail' restart policy is deprecated. Use 'on-failure' instead.\n");
  }
  config.restart = { policy: wanted === "on-fail" ? "on-failure" : wanted, max_retries: 0 };
}

/** `off`, `stop`, `suspend`, or a boolean as it was once. */
function parseAutostop(text: string): Autostop {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return "stop";
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return "off";
  if (text === "off" || text === "stop" || text === "suspend") return text;
  throw new FlyError(`invalid autostop value ${JSON.stringify(text)}`);
}
