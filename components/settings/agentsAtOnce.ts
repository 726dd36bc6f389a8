/** How many agents a machine has room for, by its memory and by its CPU. */
import { cpuQuota, machineSizes } from "../fly/machineSizes.ts";
import { mostAgentsAtOnce } from "./rules.ts";

/** MB that PostgreSQL, Paperclip and tailscaled need, and each agent besides them; measured with the default engine. */
const [platformMb, agentMb] = [400, 300];

/**
 * MB for programs in a machine of so many: 965 of 1024. Users report that a guest sees 221 MiB of 256 and 1976 of 2048, and Fly.io's init
 * and ssh server take some 8 of that. The line through these: the kernel has 2 % and 30 MB.
 */
const guestMb = (memoryMb: number): number => memoryMb * 0.98 - 38;

/**
 * Agents at work for each core of a machine's quota: two for a shared vCPU, whose quota is a sixteenth of one. A task takes 2.5 to 5 CPU
 * seconds and mostly waits for the model, a minute or more: one agent at work uses about what a shared vCPU earns meanwhile, and a second
 * one what it saved while nobody worked. With nothing saved the two halve each other's speed: both first tasks took four minutes then. People
 * do not wait for them, as agents come last in CPU, and the image gives their programs a quarter of an hour to start (docker/build/reaches.mjs).
 */
const agentsPerCore = 2 * 16;

/**
 * How many agents work at once without a setting: as many as both memory and CPU have room for, at least one. On shared-cpu-1x that is 1
 * with 1 GB, and 2 with 1.25 GB or more. Swap is not counted: it is for the moments when all need more at once, and Fly.io has it on a slow
 * disk. In 1 GB a second agent would live in it.
 *
 * @param size a machine preset
 * @param memoryMb memory that the machine is ordered with, in MB
 * @returns 1 to 50
 */
export function agentsThatFit(size: string, memoryMb: number): number {
  const byMemory = Math.floor((guestMb(memoryMb) - platformMb) / agentMb);
  const preset = machineSizes.get(size);
  const byCpu = preset ? cpuQuota(preset) * agentsPerCore : mostAgentsAtOnce;
  return Math.min(mostAgentsAtOnce, Math.max(1, Math.min(byMemory, byCpu)));
}
