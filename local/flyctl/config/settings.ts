import type { FlagSet } from "../cli/flagSet.ts";
import type { ConfigDirectory } from "./configDirectory.ts";
import type { Environment } from "./environment.ts";
import { Tokens } from "./tokens.ts";

/** What flyctl reads from config.yml, the environment and its flags. The later source wins. */
export interface Settings {
  apiBaseUrl: string;
  flapsBaseUrl: string;
  uiexBaseUrl: string;
  registryHost: string;
  jsonOutput: boolean;
  /** Slug of the organization. Empty if none was chosen. */
  organization: string;
  region: string;
  tokens: Tokens;
  /** Whether the token comes from the environment. Only one from config.yml needs a recent login. */
  hasExternalToken: boolean;
  lastLogin: string | undefined;
}

export function readSettings(environment: Environment, directory: ConfigDirectory, flags: FlagSet): Settings {
  const file = directory.read();
  const fromEnvironment = environment.first("FLY_ACCESS_TOKEN", "FLY_API_TOKEN") ?? "";
  const token = fromEnvironment || text(file?.access_token);
  return {
    apiBaseUrl: environment.first("FLY_API_BASE_URL") ?? "https://api.fly.io",
    flapsBaseUrl: environment.nonEmpty("FLY_FLAPS_BASE_URL", "https://api.machines.dev"),
    uiexBaseUrl: environment.nonEmpty("FLY_UIEX_BASE_URL", "https://api.fly.io"),
    registryHost: environment.first("FLY_REGISTRY_HOST") ?? "registry.fly.io",
    jsonOutput: flags.isGiven("json") ? flags.bool("json") : environment.isTruthy("FLY_JSON"),
    organization: givenOr(flags, "org", environment.first("FLY_ORG", "FLY_ORGANIZATION") ?? ""),
    region: givenOr(flags, "region", environment.first("FLY_REGION") ?? ""),
    tokens: new Tokens(token),
    hasExternalToken: fromEnvironment !== "",
    lastLogin: text(file?.last_login) || undefined,
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const givenOr = (flags: FlagSet, name: string, fallback: string): string =>
  flags.isGiven(name) ? flags.string(name) : fallback;
