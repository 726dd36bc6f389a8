import { isGone, isRunning } from "./machines/state.ts";
import type { App } from "./store/apps.ts";
import type { Database } from "./store/database.ts";
import { machinesOfApp } from "./store/machines.ts";
import { currentRelease } from "./store/releases.ts";

/** An app without a machine or a release counts as on its first deploy, which flyctl does differently from later ones. */
export function appStatus(database: Database, app: App): "pending" | "deployed" | "suspended" {
  const machines = machinesOfApp(database, app.id).filter((machine) => !isGone(machine.state));
  if (machines.some((machine) => isRunning(machine.state))) return "deployed";
  const hasBeenDeployed = currentRelease(database, app.id)?.status === "complete";
  return machines.length > 0 || hasBeenDeployed ? "suspended" : "pending";
}
