import { destroyMachine } from "./machines/operations.ts";
import type { ApiContext } from "./machinesApi/context.ts";
import { type App, deleteApp, deleteNetwork, isNetworkUsed } from "./store/apps.ts";
import { machinesOfApp } from "./store/machines.ts";
import { snapshotsOfVolume, volumesOfApp } from "./store/volumes.ts";

/** Destroys an app and everything it has, and its network if no other app uses it. */
export async function removeApp(context: ApiContext, app: App): Promise<void> {
  const { database, flycast, networks, storage } = context.platform;
  const machines = machinesOfApp(database, app.id).filter((machine) => machine.state !== "destroyed");
  await Promise.all(machines.map((machine) => destroyMachine(context, machine, { kill: true })));
  for (const volume of volumesOfApp(database, app.id)) {
    for (const snapshot of snapshotsOfVolume(database, volume.id)) await storage.remove(snapshot.id);
    await storage.remove(volume.id);
  }
  deleteApp(database, app.id);
  await flycast.update();
  context.platform.conditions.nameFreed(app.name);
  if (isNetworkUsed(database, app.networkId)) return;
  await networks.remove(app.networkId);
  deleteNetwork(database, app.networkId);
}
