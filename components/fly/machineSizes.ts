/** A Fly.io machine preset. Source: `flyctl platform vm-sizes`, and Fly.io's rules for memory per CPU. */
export interface MachineSize {
  cpuKind: "shared" | "performance";
  cpus: number;
  /** Memory that the preset comes with, in MB. */
  memoryMb: number;
  /** Most memory that it can have, in MB. */
  maximumMemoryMb: number;
}

/**
 * CPU that a machine may use all the time, in cores: a sixteenth of one for each shared vCPU, in one pool. What it does not use is saved, up
 * to 500 CPU seconds; with nothing saved it gets no more than this. Source: https://fly.io/docs/machines/cpu-performance/, in force since
 * 2025-01-14.
 */
export const cpuQuota = ({ cpuKind, cpus }: Pick<MachineSize, "cpuKind" | "cpus">): number =>
  cpuKind === "shared" ? cpus / 16 : cpus;

const shared = (cpus: number): MachineSize => ({
  cpuKind: "shared",
  cpus,
  memoryMb: 256 * cpus,
  maximumMemoryMb: 2048 * cpus,
});

const performance = (cpus: number): MachineSize => ({
  cpuKind: "performance",
  cpus,
  memoryMb: 2048 * cpus,
  maximumMemoryMb: 8192 * cpus,
});

/** Machine presets by name, smallest first. */
export const machineSizes: ReadonlyMap<string, MachineSize> = new Map([
  ...[1, 2, 4, 6, 8].map((cpus) => [`shared-cpu-${cpus}x`, shared(cpus)] as const),
  ...[1, 2, 4, 6, 8, 10, 12, 14, 16].map((cpus) => [`performance-${cpus}x`, performance(cpus)] as const),
]);
