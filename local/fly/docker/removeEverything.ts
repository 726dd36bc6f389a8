import type Docker from "dockerode";
import { all, type Database, run } from "../store/database.ts";
import { removeIpv6Isolation } from "./ipv6Isolation.ts";
import { type DockerNames, dockerStatus, ofInstance, unlessMissing } from "./labels.ts";

/**
 * Removes every container, volume, network and pulled image of one emulator and nothing of any other, because everything it created
 * carries its id as a label. Its apps and the record of its requests are removed too; accounts stay. The emulator must not
 * be running machines at the same time.
 */
export async function removeEverything(
  docker: Docker,
  database: Database,
  names: DockerNames,
  instanceId: string,
): Promise<void> {
  const filters = ofInstance(instanceId);
  for (const { Id: id } of await docker.listContainers({ all: true, filters })) {
    await unlessMissing(docker.getContainer(id).remove({ force: true, v: true }));
  }
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  for (const { Name: name } of volumes ?? []) await unlessMissing(docker.getVolume(name).remove());
  for (const { Id: id } of await docker.listNetworks({ filters })) {
    await unlessMissing(docker.getNetwork(id).remove());
    await removeIpv6Isolation(docker, id, instanceId);
  }
  const pulled = all<{ reference: string }>(database, "SELECT reference FROM pulledImages");
  for (const reference of [names.emptyImage, ...pulled.map((image) => image.reference)]) {
    await removeImageUnlessUsed(docker, reference);
  }
  // Everything else in the database belongs to an app and is deleted with it.
  for (const table of ["apps", "networks", "pulledImages", "requests"]) run(database, `DELETE FROM ${table}`);
}

async function removeImageUnlessUsed(docker: Docker, reference: string): Promise<void> {
  try {
    await docker.getImage(reference).remove();
  } catch (error) {
    const status = dockerStatus(error);
    // 409: a container that is not ours runs it.
    if (status !== 404 && status !== 409) throw error;
  }
}
