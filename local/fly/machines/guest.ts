import type { MachineConfig } from "./config.ts";

type Guest = NonNullable<MachineConfig["guest"]>;

/** The guest of a machine whose config names none: Fly's smallest. */
export const defaultGuest: Guest = { cpu_kind: "shared", cpus: 1, memory_mb: 256 };

const limits = {
  shared: { cpus: [1, 2, 4, 6, 8], step: 256, minimumPerCpu: 256, maximumPerCpu: 2048 },
  performance: {
    cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16],
    step: 1024,
    minimumPerCpu: 2048,
    maximumPerCpu: 8192,
  },
} as const;

/** Why Fly has no machine of this size, or undefined if it has one. */
export function guestProblem(guest: Guest): string | undefined {
  const { cpus, step, minimumPerCpu, maximumPerCpu } = limits[guest.cpu_kind];
  if (!(cpus as readonly number[]).includes(guest.cpus)) {
    return `config.guest.cpus: ${guest.cpu_kind} machines have ${cpus.join(", ")} CPUs, not ${guest.cpus}`;
  }
  const minimum = minimumPerCpu * guest.cpus;
  const maximum = maximumPerCpu * guest.cpus;
  const fits = guest.memory_mb >= minimum && guest.memory_mb <= maximum && guest.memory_mb % step === 0;
  if (fits) return undefined;
  return (
    `config.guest.memory_mb: ${guest.cpu_kind} machines with ${guest.cpus} CPU have ${minimum} to ${maximum} MB ` +
    `in steps of ${step}, not ${guest.memory_mb}`
  );
}
