import { FormData, request } from "undici";
import type { Workplace } from "../../support/workplace.ts";

/** The answer to an agent's request. */
export interface Answer {
  status: number;
  text: string;
}

/**
 * The longest time that an agent's request can take, in milliseconds. A request that waits for a file that nobody writes to would wait for
 * ever.
 */
const longest = 20_000;

const instance = "/paperclip/instances/default";

/** An agent with a key to Paperclip's API and a shell in the machine. It does everything with an agent's rights only. */
export class Agent {
  readonly work: Workplace;
  readonly id: string;
  readonly workspace: string;
  /** Its own home. The server makes it at the first run. */
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

  /** Hires an agent with as many rights as an agent can have: it leads its company. */
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

  /** The path of a route of its company. */
  own(path: string): string {
    return `/api/companies/${this.work.companyId}/${path}`;
  }

  /** Sends a request with the agent's key, as its curl does from inside the machine. */
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

  /** Sends a request that has to succeed; returns the body. */
  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: HTTP ${status} ${text}`);
    return (text ? JSON.parse(text) : {}) as T;
  }

  /** Uploads a file, as a form does. */
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

  /** Runs a script in the agent's shell, in its workspace if there is one. @throws Error when the script fails */
  shell(script: string): Promise<string> {
    const as = ["setpriv", "--reuid=agent", "--regid=agent", "--init-groups", "--no-new-privs"];
    const start = `cd ${this.workspace} 2>/dev/null || cd /tmp; ${script}`;
    return this.work.machine.exec(...as, "env", `HOME=${this.home}`, "bash", "-ec", start);
  }
}
