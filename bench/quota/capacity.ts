/** How much work a machine carries. */
import { type CpuGuest, shareOf } from "../../local/fly/cpu/balance.ts";

/**
 * Tasks an hour that a machine can do for good, once its balance is spent: its share of CPU less what idling takes, divided by what a task
 * takes.
 *
 * @param idlePercent CPU of an idle machine, in per cent of a core
 * @param taskCpuSeconds CPU of an agent's task
 */
export function tasksAnHour(guest: CpuGuest, idlePercent: number, taskCpuSeconds: number): number {
  return (Math.max(0, shareOf(guest) - idlePercent / 100) * 3600) / taskCpuSeconds;
}
