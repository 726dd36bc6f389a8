import type Docker from "dockerode";
import { type CpuGuest, isHeldNext, shareOf } from "./balance.ts";
import { periodMilliseconds } from "./figures.ts";

/** On every container with a Fly machine's CPU: the CPUs of the host that it runs on. */
export const cpusLabel = "paperclip.fly.cpus";

/** What Docker is told of a machine's CPU. */
export interface CpuPlan {
  /** CPUs of the host, as `0,3`: as many as the guest has vCPUs, so that the machine counts right, or all that there are. */
  cpus: string;
  /** Microseconds of CPU in each period; -1 is no limit but those CPUs. */
  quota: number;
}

const period = periodMilliseconds * 1000;

/** The quota of a machine that is held at its share or may use what its vCPUs give. */
export function quotaOf(guest: CpuGuest, isHeld: boolean): number {
  return isHeld ? Math.round(shareOf(guest) * period) : -1;
}

/** Finds CPUs of the host for a machine, those on which the fewest others run. */
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

/** Among equally busy CPUs each machine begins with another one; processes that start machines begin anywhere. */
let turn = Math.floor(Math.random() * 1024);

/** The `wanted` least busy CPUs of the host, all if it has not so many. `busy` has a CPU once for each machine on it. */
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

/** For Docker's API. Docker takes period and quota only where NanoCpus, which means the same, are not set. */
export function cpuHostConfig({ cpus, quota }: CpuPlan) {
  return { CpuPeriod: period, CpuQuota: quota, CpusetCpus: cpus };
}

/** For `docker run`. */
export function cpuFlags({ cpus, quota }: CpuPlan): string[] {
  const limits = [`--cpu-period=${period}`, `--cpu-quota=${quota}`, `--cpuset-cpus=${cpus}`];
  return [...limits, "--label", `${cpusLabel}=${cpus}`];
}

/** For a container that runs. */
export async function setQuota(container: Docker.Container, quota: number): Promise<void> {
  await container.update({ CpuPeriod: period, CpuQuota: quota });
}
