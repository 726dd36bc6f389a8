import { Interrupted } from "../errors.ts";
import { int, slice, struct, time } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { isActive } from "../machines/kinds.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import type { Machine } from "../types/machine.ts";

export type SecretStatus = "Deployed" | "Staged" | "Partial" | "Unknown";

const mostMachines = 100;
const Releases = struct("", { releases: slice(struct("uiex.Release", { version: int, created_at: time })) });

/**
 * Tells for each secret whether the app's machines have it. flyctl can only guess: it compares the time of the secret's last
 * change with the times of the machines' releases.
 * @returns undefined if there are too many machines
 */
export async function secretStatuses(
  invocation: Invocation,
): Promise<((updatedAt: string | null) => SecretStatus) | undefined> {
  const machines = (await listMachines(invocation)).filter(isActive);
  if (machines.length > mostMachines) return undefined;
  const released = await releaseTimes(invocation, machines);
  const times = machines.flatMap((machine) => released.get(releaseVersion(machine)) ?? []);
  return (updatedAt) => {
    if (machines.length === 0) return "Staged";
    const changed = parseTime(updatedAt);
    if (changed === undefined) return "Unknown";
    const upToDate = times.filter((time) => changed <= time).length;
    if (upToDate === 0) return "Staged";
    return upToDate === machines.length ? "Deployed" : "Partial";
  };
}

async function listMachines({ flaps, appName }: Invocation): Promise<Machine[]> {
  try {
    return await new MachinesApi(flaps, appName).listManaged();
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return [];
  }
}

const releaseVersion = ({ config }: Machine): string => config?.metadata.fly_release_version ?? "";

async function releaseTimes(
  { uiex, appName }: Invocation,
  machines: Machine[],
): Promise<Map<string, number>> {
  const versions = new Set(machines.map(releaseVersion).filter((version) => version !== ""));
  if (versions.size === 0) return new Map();
  const limit = Math.min(200, Math.max(20, versions.size * 2));
  try {
    const path = `/apps/${appName}/releases?limit=${limit}`;
    const { releases } = Releases.decode(await uiex.call("failed to list releases", "GET", path));
    return new Map(
      releases.map(({ version, created_at: created }) => [String(version), Date.parse(created)]),
    );
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return new Map();
  }
}

function parseTime(text: string | null): number | undefined {
  if (!text) return undefined;
  const parsed = Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
