/** What a stack is for, from `pulumi up` to a finished task. Each step says what it saw, or throws. */
import type { Dispatcher } from "undici";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import type { UserspaceDevice } from "../../local/platform/userspaceDevice.ts";
import { Board } from "../support/board.ts";
import type { Outcome } from "./commands.ts";

const taskTitle = "Count the words of our motto";

/** A task for a model that does not follow a script. */
const taskText =
  "Our motto is: paperclip runs on one small fly machine. Write it to motto.txt, count its words with wc, then close this issue as done " +
  "with a comment that says how many they are.";

/** The engine's own summary of a successful run. @throws Error with all that it printed if the run failed */
export function summary({ exitCode, output }: Outcome): string {
  if (exitCode !== 0) throw new Error(`pulumi ended with exit code ${exitCode}:\n${output}`);
  return (/Resources:\n((?:\s+.+\n?)+?)\n/.exec(output)?.[1] ?? "").trim().replaceAll(/\s*\n\s*/g, ", ");
}

/** With the same program and the same settings, an update must touch nothing. */
export function unchanged(outcome: Outcome): string {
  const text = summary(outcome);
  if (!/^\d+ unchanged$/.test(text)) throw new Error(`something was changed: ${text}`);
  return text;
}

export async function openInTailnet(visitor: UserspaceDevice, url: string): Promise<string> {
  const started = Date.now();
  await visitor.eventually(`${url}/api/health`);
  return `${url} answers after ${Math.round((Date.now() - started) / 1000)} s, its certificate verified`;
}

/** Signs up with the invitation, and makes an organization. */
export async function becomeAdministrator(
  visitor: UserspaceDevice,
  { url = "", inviteUrl = "" }: Record<string, string>,
): Promise<Colleague> {
  const way = await visitor.dispatcher();
  const operator = new PaperclipClient(url, url, { dispatcher: way });
  await operator.becomeAdministrator(inviteUrl);
  const company = await operator.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" });
  return new Colleague(operator, way, company.id);
}

/** The first administrator, through Paperclip's API. */
export class Colleague {
  readonly #operator: PaperclipClient;
  readonly #way: Dispatcher;
  readonly #board: Board;

  constructor(operator: PaperclipClient, way: Dispatcher, companyId: string) {
    this.#operator = operator;
    this.#way = way;
    const api = <T>(method: "GET" | "POST", path: string, body?: object) =>
      operator.ok<T>(method, path, body);
    this.#board = new Board({ api }, companyId);
  }

  /** @throws Error when the task is not done within a quarter of an hour, or its answer is wrong */
  async hasTaskDone(check: () => void): Promise<string> {
    const agent = { name: "Clippy", role: "engineer", adapterType: "claude_local" };
    const assigneeAgentId = await this.#board.add("agents", agent);
    const task = { title: taskTitle, description: taskText, status: "todo", assigneeAgentId };
    await this.#board.add("issues", task);
    const { id } = await this.#board.done(taskTitle, check, 900);
    const comments = await this.#operator.ok<{ body: string }[]>("GET", `/api/issues/${id}/comments`);
    const answer = comments.map(({ body }) => body).find((body) => /\b(7|seven)\b/i.test(body));
    if (!answer) throw new Error(`the task is done, and no comment says that the motto has 7 words`);
    return answer.split("\n")[0] ?? "";
  }

  leave(): Promise<void> {
    return this.#way.close();
  }
}

/** doctor's finding on a new machine, which has had no time to save CPU. */
const ofANewMachine = /^✗ cpu /;

/** doctor's findings. @throws Error with what is wrong */
export function doctorSays({ output }: Outcome): string {
  const lines = output.split("\n").filter((line) => /^[✓✗] /.test(line));
  const wrong = lines.filter((line) => line.startsWith("✗") && !ofANewMachine.test(line));
  if (wrong.length > 0) throw new Error(`doctor says: ${wrong.join("; ")}`);
  const well = lines.filter((line) => line.startsWith("✓")).length;
  if (well === 0) throw new Error(`doctor says nothing:\n${output}`);
  const connection = lines.find((line) => /^✓ connection /.test(line));
  return [`${well} findings are well`, ...(connection ? [connection.slice(2).replace(/ +/, ": ")] : [])].join(
    "; ",
  );
}
