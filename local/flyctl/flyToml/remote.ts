import { FlyError, Interrupted, NotEmulated } from "../errors.ts";
import { any, isObject, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { decode } from "./flyToml.ts";
import type { Config } from "./schema.ts";

const query =
  "query FlyctlConfigCurrentRelease ($appName: String!) { app(name: $appName) { currentReleaseUnprocessed { " +
  "configDefinition } } }";
const Release = struct("", { configDefinition: any });

/** The configuration of the app's last release. */
export async function remoteConfig({ graphql }: Invocation, appName: string): Promise<Config> {
  const path = "app.currentReleaseUnprocessed";
  const variables = { appName };
  const answer = await graphql
    .runNamed("FlyctlConfigCurrentRelease", query, path, Release, variables)
    .catch((error) => {
      if (error instanceof Interrupted) throw error;
    });
  const definition = answer?.configDefinition;
  if (!isObject(definition))
    throw new NotEmulated("making an app configuration from machines (the app has no release)");
  const { config, problem } = decode(definition, "--config path unset--");
  if (problem) throw new FlyError(problem);
  return { ...config, app: appName };
}
