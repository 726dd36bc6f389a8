/** Agents' tasks, from their assignment to their end. The model follows a script, local/anthropic/scripts/paperclipIssue.yaml. */
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pRetry from "p-retry";
import { type Anthropic, startAnthropic } from "../../local/anthropic/anthropic.ts";
import { readScripts } from "../../local/anthropic/script.ts";
import type { LocalInternet } from "../../local/internet/internet.ts";
import type { Company } from "./company.ts";
import type { FlyMachine } from "./flyMachine.ts";

const scripts = readScripts(join(import.meta.dirname, "../../local/anthropic/scripts"));
const script = scripts.find(({ name }) => name === "paperclipIssue");
if (!script) throw new Error("local/anthropic/scripts has no paperclipIssue.yaml");
/** The number of the turn that an agent asks for after it has closed its task. */
const lastTurn = script.turns.length;
const prompt = script.when?.prompt ?? "";
/** Each task has a title of its own, because Paperclip takes a second task of the same title for the first. */
let tasks = 0;
const newTitle = () => `${prompt}, ${++tasks}`;

const token = "sk-ant-oat01-bench";

/** The agents' variables in the machine's environment. */
export const agentSecrets = { CLAUDE_CODE_OAUTH_TOKEN: token };

/** @param internet that of the machines */
export const startModel = (internet: LocalInternet) =>
  startAnthropic({
    internet,
    scripts,
    credentials: [{ name: "the bench's", kind: "oauth-token", value: token, expired: false }],
  });

export interface TaskResult {
  /** From the assignment until the last of the tasks is done. */
  seconds: number;
  /** Until the agents' runs have ended, too. */
  cpuSeconds: number;
}

/**
 * Gives each of the agents a task of the same kind.
 *
 * @param agents their ids
 * @returns undefined if not all tasks are done in time, or an agent has given up
 */
export async function doTasks(
  machine: FlyMachine,
  { id, administrator }: Company,
  anthropic: Anthropic,
  agents: readonly string[],
  limitSeconds: number,
): Promise<TaskResult | undefined> {
  anthropic.forgetRequests();
  const cpuBefore = await machine.cpuSeconds();
  const started = Date.now();
  const elapsed = () => (Date.now() - started) / 1000;
  const assign = (assigneeAgentId: string) => {
    const task = { title: newTitle(), status: "todo", assigneeAgentId };
    // A held machine may fail to answer. A retry is safe, because Paperclip makes only one task of one title.
    return pRetry(() => administrator.ok("POST", `/api/companies/${id}/issues`, task), { minTimeout: 1000 });
  };
  await Promise.all(agents.map(assign));
  while (elapsed() < limitSeconds) {
    const ends = lastTurns(anthropic);
    const problem = anthropic.requests().find(({ problem }) => problem)?.problem;
    if ((ends.length >= agents.length || problem) && !(await areAtWork(administrator, id))) {
      if (ends.length < agents.length) {
        console.log(`    an agent gave up: ${problem}`);
        return undefined;
      }
      const cpuSeconds = (await machine.cpuSeconds()) - cpuBefore;
      return { seconds: (Math.max(...ends) - started) / 1000, cpuSeconds };
    }
    // The model's own record costs the machine nothing. Asking whether a run is over does, so that question is asked less often.
    await setTimeout(ends.length < agents.length ? 100 : 1000);
  }
  return undefined;
}

/** The time at which each agent that has closed its task asked for its last turn, in Unix milliseconds. */
function lastTurns(anthropic: Anthropic): number[] {
  const ends = anthropic
    .requests()
    .filter((request) => request.script === script?.name && request.turn === lastTurn && !request.problem);
  const bySession = Map.groupBy(ends, ({ session }) => session);
  return [...bySession.values()].map((requests) => Date.parse(requests[0]?.time ?? ""));
}

/** Whether there are unfinished runs. A machine that does not answer counts as having some, so it is asked again. */
async function areAtWork(administrator: Company["administrator"], companyId: string): Promise<boolean> {
  const path = `/api/companies/${companyId}/heartbeat-runs`;
  const runs = await administrator.ok<{ status: string }[]>("GET", path).catch(() => undefined);
  return runs?.some(({ status }) => status === "running" || status === "queued") ?? true;
}
