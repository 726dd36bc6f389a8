import * as ids from "../ids.ts";
import type { Platform } from "../platform.ts";
import { addLog } from "../store/logs.ts";
import {
  addEvent,
  changeMachine,
  type Machine,
  type MachineEvent,
  type MachineState,
  machineById,
} from "../store/machines.ts";

type Changes = Pick<Platform, "database" | "changes">;

/** Changes a machine's state and the given fields, and notifies everybody who waits for the machine. */
export function setState(
  platform: Changes,
  machineId: string,
  state: MachineState,
  more: Partial<Omit<Machine, "id" | "appId" | "createdAt" | "state">> = {},
): void {
  changeMachine(platform.database, machineId, { ...more, state });
  platform.changes.emit(machineId);
}

export function recordEvent(
  platform: Pick<Platform, "database">,
  machineId: string,
  type: string,
  status: string,
  source: MachineEvent["source"],
  request?: unknown,
): void {
  addEvent(platform.database, machineId, {
    id: ids.eventId(),
    type,
    status,
    source,
    timestamp: Date.now(),
    request,
  });
}

/** Writes a message of the platform about a machine to the app's logs. */
export function logFromPlatform(
  platform: Pick<Platform, "database">,
  machineId: string,
  level: "info" | "error",
  message: string,
): void {
  const { appId, region } = machineById(platform.database, machineId);
  addLog(platform.database, {
    appId,
    machineId,
    region,
    provider: "runner",
    level,
    message,
    timestamp: new Date().toISOString(),
  });
}

export function isRunning(state: MachineState): boolean {
  return state === "started" || state === "starting" || state === "replacing";
}

export function isGone(state: MachineState): boolean {
  return state === "destroying" || state === "destroyed";
}

/** Whether nothing is in progress in this state. `wait?state=settled` waits for that. */
export function isSettled(state: MachineState): boolean {
  return ["created", "started", "stopped", "failed", "destroyed"].includes(state);
}
