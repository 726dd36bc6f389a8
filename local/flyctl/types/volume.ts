import { bool, type Infer, int, omitEmpty, pointer, string, struct, time } from "../go/json.ts";
import { Guest } from "./guest.ts";

export const Volume = struct("fly.Volume", {
  id: string,
  name: string,
  state: string,
  size_gb: int,
  region: string,
  zone: string,
  encrypted: bool,
  attached_machine_id: pointer(string),
  attached_alloc_id: pointer(string),
  created_at: time,
  host_dedication_id: string,
  snapshot_retention: int,
  auto_backup_enabled: bool,
  host_status: omitEmpty(string),
});
export type Volume = Infer<typeof Volume>;

export const CreateVolumeRequest = struct("fly.CreateVolumeRequest", {
  name: string,
  region: string,
  size_gb: pointer(int),
  encrypted: pointer(bool),
  require_unique_zone: pointer(bool),
  unique_zone_app_wide: pointer(bool),
  snapshot_retention: pointer(int),
  auto_backup_enabled: pointer(bool),
  fstype: pointer(string),
  snapshot_id: pointer(string),
  source_volume_id: pointer(string),
  compute: pointer(Guest),
  compute_image: omitEmpty(string),
});
export type CreateVolumeRequest = Infer<typeof CreateVolumeRequest>;

export const Snapshot = struct("fly.VolumeSnapshot", {
  id: string,
  size: int,
  volume_size: int,
  digest: string,
  created_at: time,
  status: string,
  retention_days: pointer(int),
});
export type Snapshot = Infer<typeof Snapshot>;

/** States of a volume that is being destroyed. `volumes list` and `deploy` ignore such volumes. */
export const destroyedVolumeStates = [
  "scheduling_destroy",
  "fork_cleanup",
  "waiting_for_detach",
  "pending_destroy",
  "destroying",
];
