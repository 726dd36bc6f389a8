import type { FlapsClient } from "./api/flaps.ts";
import type { GraphqlClient } from "./api/graphql.ts";
import type { HttpClient } from "./api/http.ts";
import type { UiexClient } from "./api/uiex.ts";
import type { FlagSet } from "./cli/flagSet.ts";
import type { ConfigDirectory } from "./config/configDirectory.ts";
import type { Environment } from "./config/environment.ts";
import type { SecretVersions } from "./config/secretVersions.ts";
import type { Settings } from "./config/settings.ts";
import type { FlyToml } from "./flyToml/flyToml.ts";
import { goJson } from "./go/json.ts";
import type { Log } from "./output/log.ts";
import type { Streams } from "./output/streams.ts";

/** One run of a command and all it works with. */
export interface Invocation {
  flags: FlagSet;
  /** Arguments that are no flags. */
  args: string[];
  environment: Environment;
  settings: Settings;
  directory: ConfigDirectory;
  secretVersions: SecretVersions;
  streams: Streams;
  log: Log;
  http: HttpClient;
  graphql: GraphqlClient;
  flaps: FlapsClient;
  uiex: UiexClient;
  /** What errors of a deploy name; the stand-in exports no traces. */
  trace: { id: string };
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** The app to work on; empty if none was named. */
  appName: string;
  /** fly.toml of the working directory or of `-c`. */
  flyToml: FlyToml | undefined;
}

/** Prints a value as flyctl's `--json` does. */
export function printJson({ streams }: Invocation, value: unknown): void {
  streams.out(`${goJson(value, "    ")}\n`);
}
