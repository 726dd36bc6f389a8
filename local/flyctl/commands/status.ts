import { appCompactOf } from "../api/account.ts";
import { document } from "../api/graphql.ts";
import type { Command } from "../cli/command.ts";
import { app, appConfig, json } from "../cli/commonFlags.ts";
import { FlyError, NotEmulated, prefixed } from "../errors.ts";
import { int, pointer, slice, struct } from "../go/json.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { belongsToLaunch } from "../machines/kinds.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { type AppCompact, OrganizationBasic } from "../types/app.ts";
import { Machine } from "../types/machine.ts";
import { printStatus } from "./statusText.ts";

const versionQuery = document`
  query ($appName: String!) {
    app(name:$appName) { currentRelease:currentReleaseUnprocessed { version } }
  }`;
const CurrentRelease = pointer(struct("", { version: int }));

export const status: Command = {
  name: "status",
  short: "Show app status",
  long:
    "Show the application's current status including application details, tasks, most recent deployment details and in " +
    "which regions it is currently allocated.",
  app: "required",
  arguments: "none",
  flags: [
    app,
    appConfig,
    json,
    { name: "all", type: "bool", help: "Show completed instances" },
    { name: "deployment", type: "bool", help: "Always show deployment status" },
    { name: "watch", type: "bool", help: "Refresh details" },
    { name: "rate", type: "int", default: "5", help: "Refresh Rate for --watch" },
  ],
  async run(invocation) {
    const { flags, flaps, settings } = invocation;
    if (flags.bool("watch")) {
      throw new FlyError(
        settings.jsonOutput
          ? "--watch and --json are not supported together"
          : "--watch is not supported for non-interactive sessions",
      );
    }
    const app = await appCompactOf(invocation).catch((error) => {
      throw prefixed("failed to get app: ", error);
    });
    const machines = await new MachinesApi(flaps, app.Name).listActive();
    machines.sort((a, b) => (a.id > b.id ? -1 : 1));
    if (app.PostgresAppRole?.Name === "postgres_cluster")
      throw new NotEmulated("the status of a Postgres app");
    await (settings.jsonOutput ? printJsonStatus : printStatus)(invocation, app, machines);
  },
};

async function printJsonStatus(invocation: Invocation, app: AppCompact, machines: Machine[]): Promise<void> {
  const release = await invocation.graphql
    .run(versionQuery, "app.currentRelease", CurrentRelease, { appName: app.Name })
    .catch((error) => {
      throw prefixed(`could not get current release for app '${app.Name}': `, error);
    });
  printJson(invocation, {
    AppURL: app.AppURL,
    Deployed: app.Deployed,
    Hostname: app.Hostname,
    ID: app.ID,
    Machines: slice(Machine).encode(machines.filter(belongsToLaunch)),
    Name: app.Name,
    ...(app.Network ? { Network: app.Network } : {}),
    Organization: pointer(OrganizationBasic).encode(app.Organization),
    PlatformVersion: app.PlatformVersion,
    Status: app.Status,
    Version: release?.version ?? 0,
  });
}
