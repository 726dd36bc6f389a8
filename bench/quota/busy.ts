/** Two agents at work in a machine without balance: what people have of it meanwhile. */
import type { BrowserContext } from "playwright-core";
import type { Anthropic } from "../../local/anthropic/anthropic.ts";
import { median } from "../figures.ts";
import type { Company } from "./company.ts";
import type { FlyMachine } from "./flyMachine.ts";
import { startHealthChecks } from "./healthCheck.ts";
import { limits } from "./life.ts";
import { doTasks, type TaskResult } from "./task.ts";
import { type Sight, visit } from "./visit.ts";

export interface Busy {
  /** Until both tasks are done. */
  tasks: TaskResult | undefined;
  /** Seconds until the dashboard's words are there, for somebody who has been here before. */
  dashboardSeconds: number | undefined;
  /** Seconds of the middle one of all API calls of a person who asks for the list of tasks again and again. */
  callSeconds: number | undefined;
  /** Seconds of the slowest health check. */
  healthSeconds: number;
}

/** Seconds between two calls of the person, and two health checks: more often than Fly.io asks, so that the slowest one is seen. */
const callInterval = 5;

export async function busy(
  machine: FlyMachine,
  company: Company,
  anthropic: Anthropic,
  agents: readonly string[],
  context: BrowserContext,
  sight: Sight,
): Promise<Busy> {
  const checks = startHealthChecks(machine, callInterval);
  const working = doTasks(machine, company, anthropic, agents, limits.task);
  const over = new AbortController();
  const calls = callUntil(company, over.signal);
  try {
    const { page, visit: seen } = await visit(context, machine, sight, limits.page);
    await page.close();
    const tasks = await working;
    over.abort();
    const callSeconds = await calls;
    return {
      tasks,
      dashboardSeconds: seen?.seconds,
      callSeconds: callSeconds.length > 0 ? median(callSeconds) : undefined,
      healthSeconds: checks.worst(),
    };
  } finally {
    over.abort();
    await checks.stop();
  }
}

async function callUntil({ id, administrator }: Company, signal: AbortSignal): Promise<number[]> {
  const seconds: number[] = [];
  while (!signal.aborted) {
    const asked = performance.now();
    await administrator.ok("GET", `/api/companies/${id}/issues`);
    seconds.push((performance.now() - asked) / 1000);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, callInterval * 1000);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  return seconds;
}
