import type { FlagSet } from "../cli/flagSet.ts";
import { FlyError, messageOf, NotEmulated } from "../errors.ts";
import { parseDuration } from "../go/duration.ts";

/** What a deployment needs to know in addition to fly.toml. */
export interface DeployOptions {
  strategy: string;
  skipSmokeChecks: boolean;
  /** Only restart the machine with the current secrets. It keeps its configuration and image. */
  restartOnly: boolean;
  /** Timeout in nanoseconds. */
  waitTimeout: number | undefined;
  highAvailability: boolean;
  publicAddresses: boolean;
}

export function optionsFromFlags(flags: FlagSet): DeployOptions {
  const strategy = flags.string("strategy");
  if (strategy !== "" && strategy !== "rolling") throw new NotEmulated(`the strategy ${strategy}`);
  checkRetries(flags.string("deploy-retries"));
  return {
    strategy,
    skipSmokeChecks: !flags.bool("smoke-checks"),
    restartOnly: false,
    waitTimeout: timeSpan(flags, "wait-timeout"),
    highAvailability: flags.bool("ha"),
    publicAddresses: !flags.bool("no-public-ips"),
  };
}

/** Options of `secrets deploy`, which only restarts what is running. */
export const restartOptions: DeployOptions = {
  strategy: "",
  skipSmokeChecks: false,
  restartOnly: true,
  waitTimeout: undefined,
  highAvailability: false,
  publicAddresses: true,
};

/** The DNS check would ask one of Google's resolvers for the app's public name. */
export function requireWithoutDnsCheck(flags: FlagSet): void {
  if (flags.bool("dns-checks")) throw new NotEmulated("the DNS check (without --dns-checks=false)");
}

/** Accepts `90`, `90s` or `1m30s`. */
function timeSpan(flags: FlagSet, name: string): number | undefined {
  if (!flags.isGiven(name)) return undefined;
  const value = flags.string(name);
  try {
    return parseDuration(value);
  } catch (error) {
    if (/missing unit/.test(messageOf(error)) && /^[+-]?\d+$/.test(value)) return Number(value) * 1e9;
    const valid = "a number of seconds, number with time unit (i.e.: 5m, 180s) or 'none'";
    throw new FlyError(`invalid duration value ${value} used for --${name} flag: valid options are ${valid}`);
  }
}

function checkRetries(value: string): void {
  if (value !== "" && value !== "0") throw new NotEmulated(`--deploy-retries ${value}`);
}
