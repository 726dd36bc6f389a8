import * as ids from "../ids.ts";
import { all, type Database, insert, one, run } from "./database.ts";

export interface Volume {
  id: string;
  appId: string;
  name: string;
  state: "created" | "hydrating" | "pending_destroy";
  /** The volume that a migration copied it from. */
  copyOf: string | null;
  region: string;
  zone: string;
  sizeGb: number;
  encrypted: 0 | 1;
  /** Retention in days. */
  snapshotRetention: number;
  autoBackupEnabled: 0 | 1;
  attachedMachineId: string | null;
  hostStatus: string;
  createdAt: string;
}

export interface Snapshot {
  id: string;
  volumeId: string;
  status: "pending" | "created" | "failed";
  /** Size of its content in bytes. */
  size: number;
  /** Size of the original volume in bytes. */
  volumeSize: number;
  retentionDays: number;
  createdAt: string;
}

export function volumesOfApp(database: Database, appId: string): Volume[] {
  return all<Volume>(database, "SELECT * FROM volumes WHERE appId = ? ORDER BY createdAt, rowid", appId);
}

export function findVolume(database: Database, id: string): Volume | undefined {
  return one<Volume>(database, "SELECT * FROM volumes WHERE id = ?", id);
}

export function createVolume(
  database: Database,
  volume: Pick<
    Volume,
    "appId" | "name" | "region" | "sizeGb" | "encrypted" | "snapshotRetention" | "autoBackupEnabled"
  > &
    Partial<Pick<Volume, "state" | "copyOf" | "createdAt">>,
): Volume {
  const id = ids.volumeId();
  insert(database, "volumes", {
    id,
    appId: volume.appId,
    name: volume.name,
    state: volume.state ?? "created",
    copyOf: volume.copyOf ?? null,
    region: volume.region,
    zone: Math.random().toString(16).slice(2, 6),
    sizeGb: volume.sizeGb,
    encrypted: volume.encrypted,
    snapshotRetention: volume.snapshotRetention,
    autoBackupEnabled: volume.autoBackupEnabled,
    createdAt: volume.createdAt ?? new Date().toISOString(),
  });
  return findVolume(database, id) as Volume;
}

/** The unfinished copy that a migration makes of a volume. */
export function copyUnderWay(database: Database, id: string): Volume | undefined {
  return one<Volume>(database, "SELECT * FROM volumes WHERE copyOf = ? AND state = 'hydrating'", id);
}

export function changeVolume(
  database: Database,
  id: string,
  change: Partial<
    Pick<Volume, "state" | "sizeGb" | "snapshotRetention" | "autoBackupEnabled" | "hostStatus">
  >,
): void {
  for (const [column, value] of Object.entries(change)) {
    run(database, `UPDATE volumes SET ${column} = ? WHERE id = ?`, value, id);
  }
}

/** Attaches these volumes to the machine and detaches all others from it. */
export function attachVolumes(database: Database, machineId: string, volumeIds: readonly string[]): void {
  run(database, "UPDATE volumes SET attachedMachineId = NULL WHERE attachedMachineId = ?", machineId);
  for (const id of volumeIds) {
    run(database, "UPDATE volumes SET attachedMachineId = ? WHERE id = ?", machineId, id);
  }
}

export function deleteVolume(database: Database, id: string): void {
  run(database, "DELETE FROM volumes WHERE id = ?", id);
}

export function snapshotsOfVolume(database: Database, volumeId: string): Snapshot[] {
  return all<Snapshot>(
    database,
    "SELECT * FROM snapshots WHERE volumeId = ? ORDER BY createdAt DESC",
    volumeId,
  );
}

export function findSnapshot(database: Database, id: string): Snapshot | undefined {
  return one<Snapshot>(database, "SELECT * FROM snapshots WHERE id = ?", id);
}

export function createSnapshot(database: Database, volume: Volume): Snapshot {
  const id = ids.snapshotId();
  insert(database, "snapshots", {
    id,
    volumeId: volume.id,
    status: "pending",
    size: 0,
    volumeSize: volume.sizeGb * 1024 ** 3,
    retentionDays: volume.snapshotRetention,
    createdAt: new Date().toISOString(),
  });
  return findSnapshot(database, id) as Snapshot;
}

export function finishSnapshot(
  database: Database,
  id: string,
  status: "created" | "failed",
  size: number,
): void {
  run(database, "UPDATE snapshots SET status = ?, size = ? WHERE id = ?", status, size, id);
}
