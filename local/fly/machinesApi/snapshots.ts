import type { FastifyInstance } from "fastify";
import { dockerStatus } from "../docker/labels.ts";
import {
  createSnapshot,
  finishSnapshot,
  type Snapshot,
  snapshotsOfVolume,
  type Volume,
} from "../store/volumes.ts";
import { type ApiContext, requestedVolume } from "./context.ts";

const path = "/apps/:app/volumes/:volume/snapshots";

export function snapshotRoutes(api: FastifyInstance, context: ApiContext): void {
  const { database } = context.platform;

  api.get(path, async (request) =>
    snapshotsOfVolume(database, requestedVolume(context, request).volume.id).map(snapshotView),
  );

  // Fly answers before the snapshot is finished; `status` tells when it is.
  api.post(path, async (request) => {
    const { volume } = requestedVolume(context, request);
    const snapshot = createSnapshot(database, volume);
    takeSnapshot(context, volume, snapshot.id);
    return snapshotView(snapshot);
  });
}

/** Copies the volume's content while its machine is paused, because a snapshot of a disk shows a single moment. */
async function takeSnapshot(
  { platform, runner }: ApiContext,
  volume: Volume,
  snapshotId: string,
): Promise<void> {
  const { database, docker, storage, log } = platform;
  const running = volume.attachedMachineId === null ? undefined : runner.find(volume.attachedMachineId);
  const container = running && docker.getContainer(running.containerId);
  try {
    const isHeld = container !== undefined && (await pause(container));
    try {
      const size = await storage.createCopy(snapshotId, volume.id);
      finishSnapshot(database, snapshotId, "created", size);
    } finally {
      if (isHeld) await container.unpause();
    }
  } catch (error) {
    finishSnapshot(database, snapshotId, "failed", 0);
    log.error({ volume: volume.id, reason: (error as Error).message }, "a snapshot could not be made");
  }
}

/** @returns false if the container has just ended, so that there is nothing to pause */
async function pause(container: { pause(): Promise<unknown> }): Promise<boolean> {
  try {
    await container.pause();
    return true;
  } catch (error) {
    if (dockerStatus(error) === 404 || dockerStatus(error) === 409) return false;
    throw error;
  }
}

function snapshotView(snapshot: Snapshot) {
  return {
    id: snapshot.id,
    size: snapshot.size,
    volume_size: snapshot.volumeSize,
    digest: "",
    created_at: snapshot.createdAt,
    status: snapshot.status,
    retention_days: snapshot.retentionDays,
  };
}
