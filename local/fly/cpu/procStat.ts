import type { CpuUse } from "./cgroup.ts";

/** How the time of a machine's vCPUs was spent since its start, in seconds, all vCPUs together. */
export interface CpuTimes {
  user: number;
  system: number;
  /** It had work to do, and its quota was used up. When it waits for a busy CPU of this host, that is no steal of Fly.io's: it is idle. */
  steal: number;
  idle: number;
}

export const noTimes: CpuTimes = { user: 0, system: 0, steal: 0, idle: 0 };

/** Characters of a machine's /proc/stat, always: room for 16 vCPUs. */
export const procStatLength = 2048;

/** Units of the file in a second, on every Linux (USER_HZ). */
const ticks = 100;

/**
 * The times after a further reading, none of which ever goes back.
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
 * The text of /proc/stat as a machine sees it: its own CPU times, shared evenly among its vCPUs. Everything else is of this host, as it would
 * be in any container, and is there because programs look for it. The line of interrupts is filled up with zeros, of which a real one has
 * hundreds, so that the text is always of the same length and can be written over the one before.
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
