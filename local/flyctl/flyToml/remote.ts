import { FlyError, Interrupted, NotEmulated, prefixed } from "../errors.ts";
import { any, isObject, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { isActive, isConsole, isReleaseCommand } from "../machines/kinds.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { type FlyToml, fromDefinition } from "./flyToml.ts";

const query =
  "query FlyctlConfigCurrentRelease ($appName: String!) { app(name: $appName) { currentReleaseUnprocessed { " +
  "configDefinition } } }";
const Release = struct("", { configDefinition: any });

/** The configuration that the app's last release was deployed with. */
export async function remoteConfig(invocation: Invocation, appName: string): Promise<FlyToml> {
  const definition = await releasedDefinition(invocation, appName);
  const flyToml = definition ? fromDefinition(definition) : await fromMachines(invocation, appName);
  if (flyToml.problem) throw new FlyError(flyToml.problem);
  flyToml.config.app = appName;
  return flyToml;
}

/** Any failure means to look at the machines instead. */
async function releasedDefinition(
  { graphql }: Invocation,
  appName: string,
): Promise<Record<string, unknown> | undefined> {
  try {
    const path = "app.currentReleaseUnprocessed";
    const { configDefinition } = await graphql.runNamed("FlyctlConfigCurrentRelease", query, path, Release, {
      appName,
    });
    return isObject(configDefinition) ? configDefinition : undefined;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return undefined;
  }
}

async function fromMachines({ flaps }: Invocation, appName: string): Promise<never> {
  const machines = await new MachinesApi(flaps, appName).list().catch((error) => {
    throw prefixed(`error listing active machines for ${appName} app: `, error);
  });
  const hasAny = machines.some(
    (machine) => machine.config && isActive(machine) && !isReleaseCommand(machine) && !isConsole(machine),
  );
  if (hasAny) throw new NotEmulated("making an app configuration from machines (the app has no release)");
  throw new FlyError(
    "failed to grab app config from existing machines, error: could not create a fly.toml from any machines :-(\n" +
      "No machines configured for this app",
  );
}
