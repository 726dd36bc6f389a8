import { FormData, request } from "undici";
import type { Workplace } from "../../support/workplace.ts";

/** What an agent's request came to. */
export interface Answer {
  status: number;
  text: string;
}

/** How long a request of an agent's can take. One that waits for a file that nobody writes waits for ever. Milliseconds. */
const longest = 20_000;

const instance = "/paperclip/instances/default";

/** An agent with a key to Paperclip's API and a shell in the machine: whatever it does, it does as what it is. */
export class Agent {
  readonly work: Workplace;
  readonly id: string;
  readonly workspace: string;
  /** Where it has a home of its own; the server makes it with the first run. */
  readonly home: string;
  readonly #key: string;
  readonly #url: string;

  private constructor(work: Workplace, id: string, key: string, url: string) {
    this.work = work;
    this.id = id;
    this.workspace = `${instance}/workspaces/${id}`;
    this.home = `/paperclip/agents/${id}`;
    this.#key = key;
    this.#url = url;
  }

  /** Hires an agent with as many rights as one can have: it leads its company. */
  static async hire(
    work: Workplace,
    name: string,
    adapterConfig: object = { engine: "cli" },
  ): Promise<Agent> {
    const lead = { name, role: "ceo", adapterType: "claude_local", adapterConfig };
    const { id } = await work.operator.ok<{ id: string }>(
      "POST",
      `/api/companies/${work.companyId}/agents`,
      lead,
    );
    const { token } = await work.operator.ok<{ token: string }>("POST", `/api/agents/${id}/keys`, { name });
    const agent = new Agent(work, id, token, await work.machine.url());
    await agent.shell(`mkdir -p ${agent.workspace}`);
    return agent;
  }

  /** Path of a route of its company's. */
  own(path: string): string {
    return `/api/companies/${this.work.companyId}/${path}`;
  }

  /** A request with its key, as its curl sends it from inside the machine. */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = { host: "127.0.0.1:3100", authorization: `Bearer ${this.#key}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await request(`${this.#url}${path}`, {
      method: method as "GET",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(longest),
      reset: true,
    });
    return { status: response.statusCode, text: await response.body.text() };
  }

  /** A request that has to succeed; returns the body. */
  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: HTTP ${status} ${text}`);
    return (text ? JSON.parse(text) : {}) as T;
  }

  /** Sends a file, as a form does. */
  async upload(path: string, name: string, content: string): Promise<Answer> {
    const form = new FormData();
    form.set("file", new File([content], name, { type: "text/plain" }));
    const headers = { host: "127.0.0.1:3100", authorization: `Bearer ${this.#key}` };
    const response = await request(`${this.#url}${path}`, {
      method: "POST",
      headers,
      body: form,
      reset: true,
    });
    return { status: response.statusCode, text: await response.body.text() };
  }

  /** Runs a script in its shell, in its workspace where there is one. @throws Error when the script fails */
  shell(script: string): Promise<string> {
    const as = ["setpriv", "--reuid=agent", "--regid=agent", "--init-groups", "--no-new-privs"];
    const start = `cd ${this.workspace} 2>/dev/null || cd /tmp; ${script}`;
    return this.work.machine.exec(...as, "env", `HOME=${this.home}`, "bash", "-ec", start);
  }
}
