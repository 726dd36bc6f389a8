import type { FlagSet } from "../cli/flagSet.ts";
import { FlyError, messageOf } from "../errors.ts";
import { parseDuration } from "../go/duration.ts";
import { filesFromFlags } from "../machines/fileFlags.ts";
import { guestFromFlags } from "../machines/guestFlags.ts";
import type { Guest } from "../types/guest.ts";
import { defaultSize, presetGuest } from "../types/guest.ts";
import type { File } from "../types/machine.ts";

export type Addresses = "public" | "private" | "none";

/** What a deployment is told beside fly.toml. Times are nanoseconds. */
export interface DeployOptions {
  strategy: string;
  env: string[];
  primaryRegion: string;
  skipSmokeChecks: boolean;
  skipHealthChecks: boolean;
  skipDnsChecks: boolean;
  skipReleaseCommand: boolean;
  maxUnavailable: number | undefined;
  /** Machines keep their configuration and image: they are only restarted with the current secrets. */
  restartOnly: boolean;
  waitTimeout: number | undefined;
  leaseTimeout: number | undefined;
  releaseCommandTimeout: number | undefined;
  guest: Guest;
  highAvailability: boolean;
  addresses: Addresses;
  updateOnly: boolean;
  files: File[];
  regions: string[];
  excludeRegions: string[];
  onlyMachines: string[];
  excludeMachines: string[];
  processGroups: string[];
  /** Machines that the immediate strategy updates at a time. */
  maxConcurrent: number;
  volumeInitialSize: number;
  retries: number;
  verbose: boolean;
}

export function optionsFromFlags(flags: FlagSet): DeployOptions {
  const detach = flags.bool("detach");
  return {
    strategy: flags.string("strategy"),
    env: flags.strings("env"),
    primaryRegion: flags.string("primary-region"),
    skipSmokeChecks: detach || !flags.bool("smoke-checks"),
    skipHealthChecks: detach,
    skipDnsChecks: detach || !flags.bool("dns-checks"),
    skipReleaseCommand: flags.bool("skip-release-command"),
    restartOnly: false,
    releaseCommandTimeout: timeSpan(flags, "release-command-timeout"),
    waitTimeout: timeSpan(flags, "wait-timeout"),
    leaseTimeout: timeSpan(flags, "lease-timeout"),
    files: filesFromFlags(flags),
    guest: guestFromFlags(flags),
    maxUnavailable: maxUnavailable(flags),
    highAvailability: flags.bool("ha"),
    addresses: addresses(flags),
    updateOnly: flags.bool("update-only"),
    regions: names(flags, "regions"),
    excludeRegions: names(flags, "exclude-regions"),
    onlyMachines: names(flags, "only-machines"),
    excludeMachines: names(flags, "exclude-machines"),
    processGroups: names(flags, "process-groups"),
    maxConcurrent: maxConcurrent(flags),
    volumeInitialSize: flags.number("volume-initial-size"),
    retries: retries(flags.string("deploy-retries")),
    verbose: flags.bool("verbose"),
  };
}

/** For `secrets set` and `secrets deploy`, which restart what is there. */
export function restartOptions(checks: { detach: boolean; dnsChecks: boolean }): DeployOptions {
  return {
    strategy: "",
    env: [],
    primaryRegion: "",
    skipSmokeChecks: false,
    skipHealthChecks: checks.detach,
    skipDnsChecks: checks.detach || !checks.dnsChecks,
    skipReleaseCommand: false,
    maxUnavailable: undefined,
    restartOnly: true,
    waitTimeout: undefined,
    leaseTimeout: undefined,
    releaseCommandTimeout: undefined,
    guest: presetGuest(defaultSize),
    highAvailability: false,
    addresses: "public",
    updateOnly: false,
    files: [],
    regions: [],
    excludeRegions: [],
    onlyMachines: [],
    excludeMachines: [],
    processGroups: [],
    maxConcurrent: 1,
    volumeInitialSize: 0,
    retries: 0,
    verbose: false,
  };
}

/** `90`, `90s`, `1m30s` or `none`. */
function timeSpan(flags: FlagSet, name: string): number | undefined {
  if (!flags.isGiven(name)) return undefined;
  const value = flags.string(name);
  if (value === "none") return 0;
  try {
    return parseDuration(value);
  } catch (error) {
    if (/missing unit/.test(messageOf(error)) && /^[+-]?\d+$/.test(value)) return Number(value) * 1e9;
    const valid = "a number of seconds, number with time unit (i.e.: 5m, 180s) or 'none'";
    throw new FlyError(`invalid duration value ${value} used for --${name} flag: valid options are ${valid}`);
  }
}

function maxUnavailable(flags: FlagSet): number | undefined {
  if (!flags.isGiven("max-unavailable")) return undefined;
  const value = flags.number("max-unavailable");
  if (value <= 0) throw new FlyError("the value for --max-unavailable must be > 0");
  return value;
}

const defaultMaxConcurrent = 8;

function maxConcurrent(flags: FlagSet): number {
  const wanted = flags.number("max-concurrent");
  const chosen = wanted === defaultMaxConcurrent ? flags.number("immediate-max-concurrent") : wanted;
  return Math.max(1, chosen);
}

function addresses(flags: FlagSet): Addresses {
  if (flags.bool("flycast")) return "private";
  return flags.bool("no-public-ips") ? "none" : "public";
}

const names = (flags: FlagSet, name: string): string[] =>
  flags
    .strings(name)
    .map((value) => value.trim())
    .filter((value) => value !== "");

/** `auto` leaves the number to a feature flag, whose default is 0. */
function retries(value: string): number {
  if (value === "auto") return 0;
  if (/^\+?\d+$/.test(value)) return Number(value);
  throw new FlyError("--deploy-retries must be set to a positive integer, 0, or 'auto'");
}
