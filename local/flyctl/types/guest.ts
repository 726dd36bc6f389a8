import { FlyError } from "../errors.ts";
import { type Infer, int, omitEmpty, slice, string, struct } from "../go/json.ts";

/** A machine's processors and memory. */
export const Guest = struct("fly.MachineGuest", {
  cpu_kind: omitEmpty(string),
  cpus: omitEmpty(int),
  memory_mb: omitEmpty(int),
  max_memory_mb: omitEmpty(int),
  gpus: omitEmpty(int),
  gpu_kind: omitEmpty(string),
  host_dedication_id: omitEmpty(string),
  persist_rootfs: omitEmpty(string),
  kernel_args: omitEmpty(slice(string)),
});
export type Guest = Infer<typeof Guest>;

export const defaultSize = "shared-cpu-1x";

interface CpuKind {
  kind: "shared" | "performance";
  size: (cpus: number) => string;
  /** How many CPUs Fly's presets offer. */
  presets: number[];
  leastMemoryPerCpu: number;
}

const cpuKinds: CpuKind[] = [
  {
    kind: "shared",
    size: (cpus) => `shared-cpu-${cpus}x`,
    presets: [1, 2, 4, 6, 8],
    leastMemoryPerCpu: 256,
  },
  {
    kind: "performance",
    size: (cpus) => `performance-${cpus}x`,
    presets: [1, 2, 4, 6, 8, 10, 12, 14, 16],
    leastMemoryPerCpu: 2048,
  },
];

/** Preset sizes by name, each with its minimum memory. */
export const presets: Record<string, Guest> = Object.fromEntries(
  cpuKinds.flatMap(({ kind, size, presets: counts, leastMemoryPerCpu }) =>
    counts.map((cpus) => [
      size(cpus),
      { ...Guest.zero(), cpu_kind: kind, cpus, memory_mb: cpus * leastMemoryPerCpu },
    ]),
  ),
);

/** @throws an error that lists the existing sizes. */
export function presetGuest(size: string): Guest {
  const preset = presets[size];
  if (preset) return { ...preset };
  const kind = cpuKinds.find((candidate) => size.startsWith(candidate.kind))?.kind;
  if (!kind) {
    throw new FlyError(
      `invalid machine preset requested, '${size}', expected to start with 'shared' or 'performance'`,
    );
  }
  const names = Object.keys(presets)
    .filter((name) => name.startsWith(kind))
    .sort();
  throw new FlyError(`'${size}' is an invalid machine size, choose one of: [${names.join(" ")}]`);
}

/** The size's name, whatever the memory. */
export function sizeName({ cpu_kind, cpus }: Guest): string {
  return cpuKinds.find(({ kind }) => kind === cpu_kind)?.size(cpus) ?? "unknown";
}
