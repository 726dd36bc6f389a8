import { FlapsClient } from "./api/flaps.ts";
import { GraphqlClient } from "./api/graphql.ts";
import { HttpClient } from "./api/http.ts";
import { UiexClient } from "./api/uiex.ts";
import type { Command } from "./cli/command.ts";
import type { FlagSet } from "./cli/flagSet.ts";
import type { ConfigDirectory } from "./config/configDirectory.ts";
import type { Environment } from "./config/environment.ts";
import { SecretVersions } from "./config/secretVersions.ts";
import { readSettings, type Settings } from "./config/settings.ts";
import { FlyError, messageOf } from "./errors.ts";
import { type FlyToml, loadFlyToml } from "./flyToml/flyToml.ts";
import type { Invocation } from "./invocation.ts";
import type { Log } from "./output/log.ts";
import type { Streams } from "./output/streams.ts";

const sessionDays = 30;

/** What a run knows before it knows its command. */
interface Surroundings {
  environment: Environment;
  directory: ConfigDirectory;
  streams: Streams;
  log: Log;
  signal: AbortSignal;
}

/** Collects everything that a command needs, in the order in which flyctl looks for it and complains. */
export function startInvocation(command: Command, flags: FlagSet, surroundings: Surroundings): Invocation {
  const { environment, directory, log, signal, streams } = surroundings;
  directory.ensure();
  checkConfigFile(directory, streams);
  const settings = readSettings(environment, directory, flags);
  if (!command.withoutToken) requireSession(settings);
  const flyToml = command.app ? loadFlyToml(flags.string("config")) : undefined;
  if (flyToml?.problem)
    log.warn(`WARNING the config file at '${flyToml.path}' is not valid: ${flyToml.problem}`);
  const trace = { id: "" };
  const http = new HttpClient(log, environment, signal);
  const { tokens, apiBaseUrl, flapsBaseUrl, uiexBaseUrl } = settings;
  const scheme = tokens.scheme;
  return {
    ...surroundings,
    flags,
    args: flags.args,
    settings,
    secretVersions: new SecretVersions(directory),
    http,
    trace,
    graphql: new GraphqlClient({
      http,
      baseUrl: apiBaseUrl,
      authorization: `${scheme} ${tokens.all}`,
    }),
    flaps: new FlapsClient({
      http,
      trace,
      baseUrl: flapsBaseUrl,
      authorization: `${scheme} ${tokens.preferred}`,
    }),
    uiex: new UiexClient({ baseUrl: uiexBaseUrl, token: tokens.all, http }),
    flyToml,
    appName: appName(command, flags, environment, flyToml),
  };
}

function checkConfigFile(directory: ConfigDirectory, streams: Streams): void {
  try {
    directory.read();
  } catch (error) {
    streams.out(`Error loading config While parsing config: ${messageOf(error)}\n`);
    throw error;
  }
}

function requireSession({ tokens, hasExternalToken, lastLogin }: Settings): void {
  const age = lastLogin === undefined ? Number.POSITIVE_INFINITY : Date.now() - Date.parse(lastLogin);
  const isExpired = !hasExternalToken && !(age <= sessionDays * 24 * 3600 * 1000);
  if (!tokens.isEmpty && !isExpired) return;
  throw new FlyError("no access token available. Please login with 'flyctl auth login'");
}

function appName(
  command: Command,
  flags: FlagSet,
  environment: Environment,
  flyToml: FlyToml | undefined,
): string {
  const name = flags.string("app") || environment.first("FLY_APP") || flyToml?.config.app || "";
  if (name === "" && command.app === "required") {
    throw new FlyError(
      "the config for your app is missing an app name, add an app field to the fly.toml file or specify with the -a flag",
    );
  }
  return command.app ? name : "";
}
