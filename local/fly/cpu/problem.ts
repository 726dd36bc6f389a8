import type Docker from "dockerode";
import { CpuCgroup } from "./cgroup.ts";

/** What `docker info` says about the CPU limits that the host supports. */
type CpuLimits = Partial<Record<"CpuCfsPeriod" | "CpuCfsQuota" | "CPUSet", boolean>>;

/** Why machines on this host cannot have a Fly machine's CPU, and how to fix it; undefined if they can. */
export async function cpuProblem(docker: Docker): Promise<string | undefined> {
  const missing = missingLimits((await docker.info()) as CpuLimits);
  if (missing !== undefined) return missing;
  try {
    CpuCgroup.of(process.pid);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Docker accepts a limit that its host does not support, and ignores it. */
export function missingLimits(host: CpuLimits): string | undefined {
  const limits = {
    "a period (CpuCfsPeriod)": host.CpuCfsPeriod,
    "a quota (CpuCfsQuota)": host.CpuCfsQuota,
    "a set of CPUs (CPUSet)": host.CPUSet,
  };
  const missing = Object.entries(limits).flatMap(([name, isThere]) => (isThere ? [] : [name]));
  if (missing.length === 0) return undefined;
  return (
    `Docker cannot give a container ${missing.join(", ")}: machines would have whole CPUs of this host and not a Fly machine's ` +
    "sixteenth. The kernel needs CONFIG_CFS_BANDWIDTH and CONFIG_CPUSETS; a rootless Docker needs the controllers cpu and cpuset " +
    "delegated to its user. `docker info` warns of what is missing."
  );
}
