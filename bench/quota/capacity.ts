/** How much work a machine carries. */
import { type CpuGuest, shareOf } from "../../local/fly/cpu/balance.ts";

/**
 * Tasks an hour that a machine can do for good, once its balance is spent: what it may use, less what idling takes, by what a task takes.
 *
 * @param idlePercent what idling takes of a core
 * @param taskCpuSeconds CPU of an agent's task
 */
export function tasksAnHour(guest: CpuGuest, idlePercent: number, taskCpuSeconds: number): number {
  return (Math.max(0, shareOf(guest) - idlePercent / 100) * 3600) / taskCpuSeconds;
}
