import type { Machine, MachineConfig } from "../types/machine.ts";

// How flyctl tells machines apart: by metadata, state and events.

/** A machine on a host that cannot be reached has only part of its configuration. */
export const configOf = (machine: Machine): MachineConfig | null =>
  machine.config ?? machine.incomplete_config;

export function processGroup(machine: Machine): string {
  const metadata = configOf(machine)?.metadata;
  return metadata?.fly_process_group || metadata?.process_group || "";
}

export const isActive = ({ state }: Machine): boolean => state !== "destroyed" && state !== "destroying";

const isAppsV2 = (machine: Machine): boolean => configOf(machine)?.metadata.fly_platform_version === "v2";

/** Whether `deploy` created the machine and manages it. */
export const isManaged = (machine: Machine): boolean => isAppsV2(machine) && isActive(machine);

/** Whether `deploy` created the machine, even if it no longer exists. */
export const belongsToLaunch = isAppsV2;

/** The machine's id, with its process group if it has one. */
export function formattedId(machine: Machine): string {
  const group = processGroup(machine);
  return group === "" ? machine.id : `${machine.id} [${group}]`;
}

/** The Machines API adds checks for old versions of flyctl. Users should not see them. */
export function withoutCompatChecks(machine: Machine): Machine {
  return {
    ...machine,
    checks: machine.checks.filter(({ name }) => !name.startsWith("bg_deployments_compat")),
  };
}

export function imageWithVersion({ image_ref: { repository, tag, labels } }: Machine): string {
  const version = labels["fly.version"];
  return `${repository}:${tag}${version ? ` (${version})` : ""}`;
}

/**
 * When the machine last started (milliseconds since 1970). Undefined if it has not started since its launch or has exited since.
 * Events are sorted newest first.
 */
export function startedAfterLaunch({ events }: Machine): number | undefined {
  const start = events.findIndex(({ type }) => type === "start");
  const launch = events.findIndex(({ type }) => type === "launch");
  const exit = events.slice(0, start + 1).findIndex(({ type }) => type === "exit");
  if (start < 0 || start >= launch || exit >= 0) return undefined;
  return events[start]?.timestamp;
}

/** Whether the machine repeatedly exits with an error and is restarted. */
export function isCrashing({ events }: Machine): boolean {
  const request = events.find(({ type }) => type === "exit")?.request;
  const exit = request?.exit_event;
  if (!request || !exit) return false;
  return !exit.requested_stop && exit.restarting && request.restart_count > 1 && exit.exit_code !== 0;
}

interface CheckCounts {
  total: number;
  passing: number;
  warning: number;
  critical: number;
}

export function countChecks({ checks }: Machine): CheckCounts {
  const count = (wanted: string) => checks.filter(({ status }) => status === wanted).length;
  return {
    total: checks.length,
    passing: count("passing"),
    warning: count("warning"),
    critical: count("critical"),
  };
}
