import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../apiError.ts";
import type { Platform } from "../platform.ts";
import { findRegion } from "../regions.ts";
import { parseBody } from "../requestBody.ts";
import type { App } from "../store/apps.ts";
import {
  changeVolume,
  createVolume,
  deleteVolume,
  findSnapshot,
  findVolume,
  type Volume,
  volumesOfApp,
} from "../store/volumes.ts";
import { type ApiContext, requestedApp, requestedVolume } from "./context.ts";

const defaults = { sizeGb: 1, snapshotRetentionDays: 5 };
const largestGb = 500;
const sizeGb = z.int().min(1).max(largestGb);
const retentionDays = z.int().min(1).max(60);

const createInput = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,30}$/, "may only have lowercase letters, numbers and underscores"),
  region: z.string().default(""),
  size_gb: sizeGb.nullish(),
  encrypted: z.boolean().nullish(),
  snapshot_retention: retentionDays.nullish(),
  auto_backup_enabled: z.boolean().nullish(),
  fstype: z.literal("ext4").nullish(),
  snapshot_id: z.string().nullish(),
  source_volume_id: z.string().nullish(),
  // These choose among Fly's hosts. The emulator has only one host.
  require_unique_zone: z.boolean().nullish(),
  unique_zone_app_wide: z.boolean().nullish(),
  compute: z.looseObject({}).nullish(),
  compute_image: z.string().nullish(),
});
const updateInput = z.strictObject({
  snapshot_retention: retentionDays.nullish(),
  auto_backup_enabled: z.boolean().nullish(),
});
const extendInput = z.strictObject({ size_gb: sizeGb });

const one = "/apps/:app/volumes/:volume";

export function volumeRoutes(api: FastifyInstance, context: ApiContext): void {
  const { database, storage, conditions } = context.platform;
  const view = (id: string) => volumeView(findVolume(database, id) as Volume);

  api.get("/apps/:app/volumes", async (request) =>
    volumesOfApp(database, requestedApp(context, request).id).map(volumeView),
  );

  api.post("/apps/:app/volumes", async (request) => {
    const app = requestedApp(context, request);
    const input = parseBody(createInput, request.body);
    const source = sourceOf(context.platform, app, input);
    const region = input.region || (source?.volume.region ?? "");
    if (!findRegion(region)) throw new ApiError(400, `invalid region: there is no region ${region}`);
    const leastGb = source?.volume.sizeGb ?? defaults.sizeGb;
    if (input.size_gb != null && input.size_gb < leastGb) {
      throw new ApiError(400, `the new volume needs at least the ${leastGb} GB of the one it is made of`);
    }
    const volume = createVolume(database, {
      appId: app.id,
      name: input.name,
      region,
      sizeGb: input.size_gb ?? leastGb,
      encrypted: input.encrypted === false ? 0 : 1,
      snapshotRetention: input.snapshot_retention ?? defaults.snapshotRetentionDays,
      autoBackupEnabled: input.auto_backup_enabled === false ? 0 : 1,
    });
    try {
      await (source ? storage.createCopy(volume.id, source.contentId) : storage.createEmpty(volume.id));
    } catch (error) {
      deleteVolume(database, volume.id);
      await storage.remove(volume.id);
      throw error;
    }
    return volumeView(volume);
  });

  api.get(one, async (request) => volumeView(requestedVolume(context, request).volume));

  api.put(one, async (request) => {
    const { volume } = requestedVolume(context, request);
    const input = parseBody(updateInput, request.body);
    changeVolume(database, volume.id, {
      snapshotRetention: input.snapshot_retention ?? volume.snapshotRetention,
      autoBackupEnabled:
        input.auto_backup_enabled == null ? volume.autoBackupEnabled : input.auto_backup_enabled ? 1 : 0,
    });
    return view(volume.id);
  });

  api.put(`${one}/extend`, async (request) => {
    const { volume } = requestedVolume(context, request);
    const { size_gb: wanted } = parseBody(extendInput, request.body);
    if (wanted <= volume.sizeGb) {
      throw new ApiError(
        400,
        `volume ${volume.id} has ${volume.sizeGb} GB: it can only be extended, not to ${wanted}`,
      );
    }
    changeVolume(database, volume.id, { sizeGb: wanted });
    return { volume: view(volume.id), needs_restart: conditions.has("extendNeedsRestart") };
  });

  api.delete(one, async (request) => {
    const { volume } = requestedVolume(context, request);
    if (volume.attachedMachineId !== null) {
      throw new ApiError(
        412,
        `volume ${volume.id} is attached to machine ${volume.attachedMachineId}: destroy that first`,
      );
    }
    // The volume is "soft deleted" for a day; its snapshots stay for their retention. Source: https://fly.io/docs/volumes/volume-states/
    changeVolume(database, volume.id, { state: "pending_destroy" });
    return view(volume.id);
  });
}

/** The source of a new volume that does not start empty: a volume in its current state or one of its snapshots. */
function sourceOf({ database }: Platform, app: App, input: z.infer<typeof createInput>) {
  const { snapshot_id: snapshotId, source_volume_id: volumeId } = input;
  if (!snapshotId && !volumeId) return undefined;
  const snapshot = snapshotId ? findSnapshot(database, snapshotId) : undefined;
  const volume = findVolume(database, snapshot?.volumeId ?? volumeId ?? "");
  if (volume?.appId !== app.id) throw new ApiError(404, `${snapshotId ?? volumeId} not found`);
  if (snapshot && snapshot.status !== "created") {
    throw new ApiError(412, `snapshot ${snapshot.id} is not finished: it is ${snapshot.status}`);
  }
  return { volume, contentId: snapshot?.id ?? volume.id };
}

/** A volume in the form that the Machines API answers. */
function volumeView(volume: Volume) {
  return {
    id: volume.id,
    name: volume.name,
    state: volume.state,
    size_gb: volume.sizeGb,
    region: volume.region,
    zone: volume.zone,
    encrypted: volume.encrypted === 1,
    attached_machine_id: volume.attachedMachineId,
    attached_alloc_id: null,
    created_at: volume.createdAt,
    blocks: 0,
    host_dedication_id: "",
    snapshot_retention: volume.snapshotRetention,
    auto_backup_enabled: volume.autoBackupEnabled === 1,
    host_status: volume.hostStatus,
  };
}
