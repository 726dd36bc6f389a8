import type { MachineConfig } from "../machines/config.ts";
import { all, type Database, insert, one, run } from "./database.ts";

export type MachineState =
  | "created"
  | "starting"
  | "started"
  | "stopping"
  | "stopped"
  | "replacing"
  | "failed"
  | "destroying"
  | "destroyed";

export interface Machine {
  id: string;
  appId: string;
  name: string;
  region: string;
  state: MachineState;
  config: MachineConfig;
  /** The image on this host's registry, with its digest. Docker pulls it. */
  imageRef: string;
  imageLabels: Record<string, string>;
  /** Changes with every update. The API calls it instance_id; the machine sees it as FLY_MACHINE_VERSION. */
  instanceId: string;
  privateIp: string;
  /** The machine does not get the app's secrets. */
  skipsSecrets: 0 | 1;
  hostStatus: string;
  /** Somebody has asked for the next exit. */
  stopRequested: 0 | 1;
  /** The machine has been up since the last request to start it, even if it no longer is. */
  hasStarted: 0 | 1;
  /** Number of restarts by the restart policy since somebody last started it. */
  restartCount: number;
  leaseNonce: string | null;
  leaseOwner: string | null;
  /** Unix seconds. */
  leaseExpiresAt: number | null;
  createdAt: string;
  updatedAt: string;
}

export interface MachineEvent {
  id: string;
  type: string;
  status: string;
  source: "user" | "flyd";
  /** Unix milliseconds. */
  timestamp: number;
  request?: unknown;
}

type MachineRow = Omit<Machine, "config" | "imageLabels"> & { config: string; imageLabels: string };

function fromRow(row: MachineRow): Machine {
  return { ...row, config: JSON.parse(row.config), imageLabels: JSON.parse(row.imageLabels) };
}

export function findMachine(database: Database, id: string): Machine | undefined {
  const row = one<MachineRow>(database, "SELECT * FROM machines WHERE id = ?", id);
  return row && fromRow(row);
}

/** For code that runs after the machine was found once. @throws if there is none */
export function machineById(database: Database, id: string): Machine {
  const machine = findMachine(database, id);
  if (!machine) throw new Error(`no machine ${id}`);
  return machine;
}

/** Includes destroyed machines, which can be read until their app is deleted. */
export function machinesOfApp(database: Database, appId: string): Machine[] {
  return all<MachineRow>(
    database,
    "SELECT * FROM machines WHERE appId = ? ORDER BY createdAt, id",
    appId,
  ).map(fromRow);
}

export function allMachines(database: Database): Machine[] {
  return all<MachineRow>(database, "SELECT * FROM machines ORDER BY createdAt").map(fromRow);
}

export function insertMachine(
  database: Database,
  machine: Pick<
    Machine,
    | "id"
    | "appId"
    | "name"
    | "region"
    | "state"
    | "config"
    | "imageRef"
    | "imageLabels"
    | "instanceId"
    | "privateIp"
    | "skipsSecrets"
  >,
): void {
  const now = new Date().toISOString();
  insert(database, "machines", {
    ...machine,
    config: JSON.stringify(machine.config),
    imageLabels: JSON.stringify(machine.imageLabels),
    createdAt: now,
    updatedAt: now,
  });
}

export function changeMachine(
  database: Database,
  id: string,
  change: Partial<Omit<Machine, "id" | "appId" | "createdAt">>,
): void {
  for (const [column, value] of Object.entries({ updatedAt: new Date().toISOString(), ...change })) {
    const stored = value !== null && typeof value === "object" ? JSON.stringify(value) : value;
    run(database, `UPDATE machines SET ${column} = ? WHERE id = ?`, stored, id);
  }
}

/** Newest first, as in the API. */
export function eventsOfMachine(database: Database, machineId: string): MachineEvent[] {
  return all<Omit<MachineEvent, "request"> & { request: string | null }>(
    database,
    `SELECT id, type, status, source, timestamp, request FROM machineEvents
     WHERE machineId = ? ORDER BY number DESC LIMIT 50`,
    machineId,
  ).map(({ request, ...event }) => (request ? { ...event, request: JSON.parse(request) } : event));
}

export function addEvent(database: Database, machineId: string, event: MachineEvent): void {
  insert(database, "machineEvents", {
    id: event.id,
    machineId,
    type: event.type,
    status: event.status,
    source: event.source,
    timestamp: event.timestamp,
    request: event.request === undefined ? null : JSON.stringify(event.request),
  });
}
