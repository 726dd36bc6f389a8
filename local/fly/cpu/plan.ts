import type Docker from "dockerode";
import { type CpuGuest, isHeldNext, shareOf } from "./balance.ts";
import { periodMilliseconds } from "./figures.ts";

/** Label of every container with a Fly machine's CPU: the host's CPUs that it runs on. */
export const cpusLabel = "paperclip.fly.cpus";

/** The CPU settings that Docker gets for a machine. */
export interface CpuPlan {
  /** CPUs of the host, e.g. `0,3`: as many as the guest has vCPUs, so that programs in it count right, or all if the host has fewer. */
  cpus: string;
  /** Microseconds of CPU in each period; -1 means no limit other than those CPUs. */
  quota: number;
}

const period = periodMilliseconds * 1000;

/** The quota of a machine: its share if it is held, otherwise no limit. */
export function quotaOf(guest: CpuGuest, isHeld: boolean): number {
  return isHeld ? Math.round(shareOf(guest) * period) : -1;
}

/** Finds the host's CPUs for a machine: those with the fewest other machines. */
export async function planCpu(docker: Docker, guest: CpuGuest, balanceSeconds: number): Promise<CpuPlan> {
  const [{ NCPU: hostCpus }, containers] = await Promise.all([
    docker.info() as Promise<{ NCPU: number }>,
    docker.listContainers({ filters: { label: [cpusLabel] } }),
  ]);
  const busy = containers.flatMap(({ Labels }) => (Labels[cpusLabel] ?? "").split(",").map(Number));
  turn += 1;
  return {
    cpus: chooseCpus(hostCpus, guest.cpus, busy, turn).join(","),
    quota: quotaOf(guest, isHeldNext(guest, false, balanceSeconds)),
  };
}

/** Among equally busy CPUs, each machine begins with the next one. Each process that starts machines begins at a random one. */
let turn = Math.floor(Math.random() * 1024);

/** The `wanted` least busy CPUs of the host, or all if there are fewer. `busy` lists a CPU once for each machine on it. */
export function chooseCpus(
  hostCpus: number,
  wanted: number,
  busy: readonly number[],
  turn: number,
): number[] {
  const machines = (cpu: number) => busy.filter((other) => other === cpu).length;
  return Array.from({ length: hostCpus }, (_, index) => (index + turn) % hostCpus)
    .toSorted((one, other) => machines(one) - machines(other))
    .slice(0, wanted)
    .toSorted((one, other) => one - other);
}

/** For Docker's API. Docker accepts period and quota only if NanoCpus, which means the same, is not set. */
export function cpuHostConfig({ cpus, quota }: CpuPlan) {
  return { CpuPeriod: period, CpuQuota: quota, CpusetCpus: cpus };
}

/** For `docker run`. */
export function cpuFlags({ cpus, quota }: CpuPlan): string[] {
  const limits = [`--cpu-period=${period}`, `--cpu-quota=${quota}`, `--cpuset-cpus=${cpus}`];
  return [...limits, "--label", `${cpusLabel}=${cpus}`];
}

/** For a running container. */
export async function setQuota(container: Docker.Container, quota: number): Promise<void> {
  await container.update({ CpuPeriod: period, CpuQuota: quota });
}
