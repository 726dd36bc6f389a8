import type Docker from "dockerode";
import { CpuCgroup } from "./cgroup.ts";

/** Why machines on this host cannot have a Fly machine's CPU, and what to do about it; undefined if they can. */
export async function cpuProblem(docker: Docker): Promise<string | undefined> {
  const host = (await docker.info()) as Partial<Record<"CpuCfsPeriod" | "CpuCfsQuota" | "CPUSet", boolean>>;
  const missing = Object.entries({
    "a period (CpuCfsPeriod)": host.CpuCfsPeriod,
    "a quota (CpuCfsQuota)": host.CpuCfsQuota,
    "a set of CPUs (CPUSet)": host.CPUSet,
  }).flatMap(([name, isThere]) => (isThere ? [] : [name]));
  if (missing.length > 0) {
    return (
      `Docker cannot give a container ${missing.join(", ")} of CPU, so that machines would have whole CPUs of this host and not a Fly ` +
      "machine's sixteenth. The kernel needs CONFIG_CFS_BANDWIDTH and CONFIG_CPUSETS; a rootless Docker needs the controllers cpu and " +
      "cpuset delegated to its user. `docker info` says what is missing."
    );
  }
  try {
    CpuCgroup.of(process.pid);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
