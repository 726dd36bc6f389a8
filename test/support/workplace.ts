import { join } from "node:path";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { expect } from "vitest";
import { type Anthropic, startAnthropic } from "../../local/anthropic/anthropic.ts";
import type { Credentials } from "../../local/anthropic/credentials.ts";
import type { LocalInternet } from "../../local/internet/internet.ts";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { internetOfTest } from "./internet.ts";
import { appName, Machine, type MachineOptions, secrets, tailnet } from "./machine.ts";

export interface Run {
  id: string;
  status: string;
  error: string | null;
  retryOfRunId: string | null;
}

const scripts = join(import.meta.dirname, "../../local/anthropic/scripts");

/** The machine's credential for its agents. */
export const stackCredentials: Credentials = [
  { name: "the stack's", kind: "oauth-token", value: secrets.CLAUDE_CODE_OAUTH_TOKEN, expired: false },
];

/** A machine with a company in its Paperclip. The agents' model follows the scripts. */
export class Workplace {
  readonly machine: Machine;
  readonly anthropic: Anthropic;
  readonly internet: LocalInternet;
  operator: PaperclipClient;
  readonly companyId: string;

  private constructor(
    machine: Machine,
    anthropic: Anthropic,
    internet: LocalInternet,
    operator: PaperclipClient,
    companyId: string,
  ) {
    this.machine = machine;
    this.anthropic = anthropic;
    this.internet = internet;
    this.operator = operator;
    this.companyId = companyId;
  }

  static async start(image: string, options: MachineOptions = {}): Promise<Workplace> {
    const internet = await internetOfTest(image);
    const anthropic = await startAnthropic({ internet, scripts, credentials: stackCredentials });
    const machine = await Machine.start(image, { ...options, internet });
    try {
      await machine.healthy();
      const operator = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
      await operator.becomeAdministrator(await machine.exec("paperclip-invite"));
      const { id } = await operator.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" });
      return new Workplace(machine, anthropic, internet, operator, id);
    } catch (error) {
      await machine.remove();
      await anthropic.stop();
      await internet.remove();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.machine.remove();
    await this.anthropic.stop();
    await this.internet.remove();
  }

  /** Hires an agent with the Claude adapter; returns its id. */
  async hire(name: string, adapterConfig: object): Promise<string> {
    const agent = { name, role: "engineer", adapterType: "claude_local", adapterConfig };
    return this.add("agents", agent);
  }

  /**
   * Gives an agent a task, which it begins at once; returns the task's id. Titles must differ: Paperclip takes a task with the title of an
   * open one for that one.
   */
  async give(assigneeAgentId: string, title: string): Promise<string> {
    return this.add("issues", { title, status: "todo", assigneeAgentId });
  }

  async add(what: "agents" | "issues" | "secrets", body: object): Promise<string> {
    return (await this.operator.ok<{ id: string }>("POST", `/api/companies/${this.companyId}/${what}`, body))
      .id;
  }

  /**
   * Writes into Paperclip's database what signing in at GitHub leaves there, without the credential: there is no GitHub here to give one.
   */
  async connectGitHub(agent: string): Promise<void> {
    const sql = `
      WITH app AS (INSERT INTO tool_applications (company_id, name, type)
          VALUES ('${this.companyId}', 'GitHub for ${agent}', 'mcp_remote') RETURNING id),
        connection AS (INSERT INTO tool_connections (company_id, application_id, name, transport, status, enabled, config, uid)
          SELECT '${this.companyId}', id, 'GitHub', 'mcp_remote', 'active', true, '{"sourceTemplateKey": "github"}', '${agent}'
          FROM app RETURNING id)
      INSERT INTO tool_connection_installs (company_id, connection_id, target_type, target_id)
        SELECT '${this.companyId}', id, 'agent', '${agent}' FROM connection`;
    const user = ["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups"];
    await this.machine.exec(...user, "psql", "--host=/run/postgresql", "--command", sql, "paperclip");
  }

  runs(): Promise<Run[]> {
    return this.operator.ok("GET", `/api/companies/${this.companyId}/heartbeat-runs`);
  }

  async statusOf(task: string): Promise<string> {
    return (await this.operator.ok<{ status: string }>("GET", `/api/issues/${task}`)).status;
  }

  /**
   * Waits until a task is done. Fails early if a run fails that had not failed before, or if an agent asks something that no script knows.
   *
   * @param seconds the longest wait. Default: 180
   */
  async done(task: string, seconds = 180): Promise<void> {
    const failed = async () => (await this.runs()).flatMap(({ error }) => error ?? []);
    const before = await failed();
    const isDone = async () => {
      expect(this.problems()).toEqual([]);
      expect(await failed()).toEqual(before);
      return (await this.statusOf(task)) === "done";
    };
    await pWaitFor(isDone, { interval: 500, timeout: seconds * 1000 });
  }

  /** Agents' requests that match no script. */
  problems(): string[] {
    return this.anthropic.requests().flatMap(({ problem }) => problem ?? []);
  }

  /** How many agents wait for the model at a gate. */
  waitingAt(gate: string): number {
    return this.anthropic.requests().filter(({ waitsFor }) => waitsFor === gate).length;
  }

  /** Puts a file into the machine that everybody can read. */
  async put(path: string, text: string): Promise<void> {
    const write = ["exec", "--interactive", this.machine.name, "sh", "-c", `cat > ${path}`];
    await execa("docker", write, { input: text });
  }
}
