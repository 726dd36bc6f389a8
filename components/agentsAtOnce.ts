/** How many agents a machine has room for, by its memory and by its CPU. */
import { cpuQuota, machineSizes } from "./fly/machineSizes.ts";
import { mostAgentsAtOnce } from "./rules.ts";

/** MB that PostgreSQL, Paperclip and tailscaled need, and each agent besides them; measured with the default engine. */
const [platformMb, agentMb] = [400, 300];

/**
 * Memory, in MB, that programs have in a machine of `memoryMb`: the guest's kernel and Fly.io's own programs take 2 % and 38 MB. Users report
 * 221 MiB of 256 and 1976 of 2048; so 965 of 1024.
 */
const guestMb = (memoryMb: number): number => memoryMb * 0.98 - 38;

/**
 * Agents at work for each shared vCPU, whose quota is a sixteenth of a core. A task takes 2.5 to 5 CPU seconds and mostly waits for the model,
 * a minute or more: so one agent at work uses about what a vCPU earns meanwhile, and a second one what it saved while nobody worked. With
 * nothing saved two halve each other's speed, which people do not notice, as agents come after them; and an agent's program still starts
 * within Paperclip's deadline of 270 s, in which the quota is 17 CPU seconds.
 */
const agentsPerSharedCpu = 2;

/**
 * How many agents work at once without a setting: as many as both memory and CPU have room for, at least one. On shared-cpu-1x that is 1
 * with 1 GB, where a second one would live in swap, which Fly.io has on a slow disk, and 2 with 1.25 GB or more. Swap is not counted: it is for the
 * moments when all of them need more at once.
 *
 * @param size a machine preset
 * @param memoryMb memory that the machine is ordered with, in MB
 * @returns 1 to 50
 */
export function agentsThatFit(size: string, memoryMb: number): number {
  const byMemory = Math.floor((guestMb(memoryMb) - platformMb) / agentMb);
  const preset = machineSizes.get(size);
  const byCpu = preset ? cpuQuota(preset) * 16 * agentsPerSharedCpu : mostAgentsAtOnce;
  return Math.min(mostAgentsAtOnce, Math.max(1, Math.min(byMemory, byCpu)));
}
