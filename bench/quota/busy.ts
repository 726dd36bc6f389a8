/** Two agents at work in a machine without balance, and how it serves people meanwhile. */
import { setTimeout } from "node:timers/promises";
import type { BrowserContext } from "playwright-core";
import type { Anthropic } from "../../local/anthropic/anthropic.ts";
import { median, type Value } from "../figures.ts";
import type { Company } from "./company.ts";
import type { FlyMachine } from "./flyMachine.ts";
import { startHealthChecks } from "./healthCheck.ts";
import { limits } from "./limits.ts";
import { doTasks, type TaskResult } from "./task.ts";
import { type Sight, unlessStalled, visit } from "./visit.ts";

export interface Busy {
  /** Until both tasks are done. */
  tasks: TaskResult | undefined;
  /** Seconds until the dashboard's words are there, for somebody who has visited it before. */
  dashboardSeconds: number | undefined;
  /** Median seconds of the API calls of a person who asks for the list of tasks again and again; Infinity if most calls failed. */
  callSeconds: number;
  /** Seconds of the slowest health check. */
  healthSeconds: number;
}

/**
 * Seconds between two calls of the person, and between two health checks. Fly.io checks less often; these checks do not miss the slowest
 * moment.
 */
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
  const over = new AbortController();
  const look = async () => {
    // A person who opens the page again has also waited for the first attempt.
    const started = performance.now();
    return unlessStalled(async () => {
      const before = (performance.now() - started) / 1000;
      const { page, visit: seen } = await visit(context, machine, sight, limits.page);
      await page.close();
      return seen && before + seen.seconds;
    });
  };
  const work = async () => {
    const [tasks, dashboardSeconds] = await Promise.all([
      doTasks(machine, company, anthropic, agents, limits.task),
      look(),
    ]);
    over.abort();
    return { tasks, dashboardSeconds };
  };
  try {
    const [done, calls] = await Promise.all([work(), callUntil(company, over.signal)]);
    return { ...done, callSeconds: median(calls), healthSeconds: checks.worst() };
  } finally {
    over.abort();
    await checks.stop();
  }
}

/** Seconds of each call; null for one that failed. */
async function callUntil({ id, administrator }: Company, signal: AbortSignal): Promise<Value[]> {
  const calls: Value[] = [];
  while (!signal.aborted) {
    const asked = performance.now();
    const answered = administrator.ok("GET", `/api/companies/${id}/issues`);
    calls.push(
      await answered.then(
        () => (performance.now() - asked) / 1000,
        () => null,
      ),
    );
    await setTimeout(callInterval * 1000, undefined, { signal }).catch(() => undefined);
  }
  return calls;
}
