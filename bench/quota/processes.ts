/** The CPU that the processes of a machine use, by kind. */
import { readFile } from "node:fs/promises";
import type Docker from "dockerode";

export const processKinds = ["server", "PostgreSQL", "tailscaled", "others"] as const;
export type ProcessKind = (typeof processKinds)[number];
export type CpuByKind = Record<ProcessKind, number>;

/** Units of /proc/PID/stat in a second, on every Linux (USER_HZ). */
const ticks = 100;

/** The kind of a process, by its command line. */
export function kindOf(commandLine: string): ProcessKind {
  const [program = ""] = commandLine.split(" ");
  if (/^(.*\/)?postgres:?$/.test(program)) return "PostgreSQL";
  if (/^(.*\/)?tailscaled$/.test(program)) return "tailscaled";
  if (/^(.*\/)?node$/.test(program)) return "server";
  return "others";
}

/** CPU seconds of a process, and of its children that have ended, from its /proc/PID/stat. */
export function cpuOf(stat: string): number {
  // The second field is the program's name in brackets, which can contain blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticks;
}

/** CPU seconds of a container's present processes, each since its own start. */
export async function cpuByKind(container: Docker.Container): Promise<CpuByKind> {
  const { Titles, Processes } = (await container.top({ ps_args: "-eo pid,args" })) as {
    Titles: string[];
    Processes: string[][];
  };
  const column = (name: string) => Titles.indexOf(name);
  const sums: CpuByKind = { server: 0, PostgreSQL: 0, tailscaled: 0, others: 0 };
  for (const process of Processes) {
    const stat = await readFile(`/proc/${process[column("PID")]}/stat`, "utf8").catch(() => undefined);
    // The process may have ended since.
    if (stat !== undefined) sums[kindOf(process[column("COMMAND")] ?? "")] += cpuOf(stat);
  }
  return sums;
}

/**
 * The CPU that each kind has used between two readings, in per cent of a core. Processes that ended in between have used the rest.
 *
 * @param usedSeconds CPU of the whole machine in between
 */
export function shares(
  before: CpuByKind,
  after: CpuByKind,
  usedSeconds: number,
  elapsedSeconds: number,
): CpuByKind {
  const used = (kind: ProcessKind) => Math.max(0, after[kind] - before[kind]);
  const named = processKinds.filter((kind) => kind !== "others");
  const rest = usedSeconds - named.reduce((sum, kind) => sum + used(kind), 0);
  const seconds = {
    ...Object.fromEntries(named.map((kind) => [kind, used(kind)])),
    others: Math.max(0, rest),
  };
  return Object.fromEntries(
    Object.entries(seconds).map(([kind, value]) => [kind, (value / elapsedSeconds) * 100]),
  ) as CpuByKind;
}
