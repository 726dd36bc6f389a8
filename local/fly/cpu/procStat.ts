import type { CpuUse } from "./cgroup.ts";

/** How a machine's vCPUs have spent their time since its start, in seconds, summed over all vCPUs. */
export interface CpuTimes {
  user: number;
  system: number;
  /** Time in which it had work to do but no quota left. Waiting for a busy CPU of this host counts as idle: that is not Fly.io's steal. */
  steal: number;
  idle: number;
}

export const noTimes: CpuTimes = { user: 0, system: 0, steal: 0, idle: 0 };

/** Fixed length of a machine's /proc/stat in characters, with room for 16 vCPUs. */
export const procStatLength = 2048;

/** Units of the file per second, the same on every Linux (USER_HZ). */
const ticks = 100;

/**
 * The times after a further reading. None of them ever decreases.
 *
 * @param elapsedSeconds since the machine's start
 */
export function nextTimes(before: CpuTimes, use: CpuUse, elapsedSeconds: number, cpus: number): CpuTimes {
  const sampled = use.userSeconds + use.systemSeconds;
  const systemPart = sampled > 0 ? (use.usedSeconds * use.systemSeconds) / sampled : 0;
  const system = Math.max(before.system, Math.min(systemPart, use.usedSeconds - before.user));
  const user = Math.max(before.user, use.usedSeconds - system);
  const unused = elapsedSeconds * cpus - use.usedSeconds;
  const steal = Math.max(before.steal, Math.min(use.throttledSeconds, unused));
  return { user, system, steal, idle: Math.max(before.idle, unused - steal) };
}

/**
 * The text of /proc/stat that a machine sees: its own CPU times, shared evenly among its vCPUs. Everything else is this host's, as in any
 * container; it is there because programs look for it. The text always has the same length, so that it can overwrite the previous one. The
 * line of interrupts is padded for that with zeros, of which a real one has hundreds.
 *
 * @param hostText /proc/stat of this host
 */
export function procStatText(cpus: number, times: CpuTimes, hostText: string): string {
  const all = [times.user, 0, times.system, times.idle, 0, 0, 0, times.steal, 0, 0].map((seconds) =>
    Math.floor(seconds * ticks),
  );
  const one = (index: number) => all.map((total) => Math.floor((total + index) / cpus));
  const cpuLines = [
    `cpu  ${all.join(" ")}`,
    ...Array.from({ length: cpus }, (_, index) => `cpu${index} ${one(index).join(" ")}`),
  ];
  const host = hostText.trimEnd().split("\n");
  const [interrupts = "intr 0"] = host.filter((line) => line.startsWith("intr "));
  const rest = host.filter((line) => !/^(cpu|intr )/.test(line));
  const total = interrupts.split(" ").slice(0, 2).join(" ");
  const length = [...cpuLines, total, ...rest, ""].join("\n").length;
  if (length > procStatLength) throw new Error(`/proc/stat of ${cpus} vCPUs takes ${length} characters`);
  const fill = " 0".repeat((procStatLength - length) / 2) + "0".repeat((procStatLength - length) % 2);
  return [...cpuLines, total + fill, ...rest, ""].join("\n");
}
