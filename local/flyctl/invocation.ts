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

/** One run of a command and everything it works with. */
export interface Invocation {
  flags: FlagSet;
  /** Arguments other than flags. */
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
  /** The trace that errors of a deploy name. The stand-in exports no traces. */
  trace: { id: string };
  /** SIGINT and SIGTERM abort it. */
  signal: AbortSignal;
  /** The app to work on. Empty if none was named. */
  appName: string;
  /** The fly.toml of the working directory or of `-c`. */
  flyToml: FlyToml | undefined;
}

/** Prints a value as flyctl's `--json` does. */
export function printJson({ streams }: Invocation, value: unknown): void {
  streams.out(`${goJson(value, "    ")}\n`);
}
