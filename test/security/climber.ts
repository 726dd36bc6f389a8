import { expect } from "vitest";
import type { Workplace } from "../support/workplace.ts";

export const instance = "/paperclip/instances/default";
export const agentsUser = ["setpriv", "--reuid=agent", "--regid=agent", "--init-groups"];

interface Answer {
  status: number;
  text: string;
}

/** An agent that sends requests to Paperclip with its own API key, and works in its workspace as the user `agent`. */
export class Climber {
  readonly agent: string;
  readonly key: string;
  /** Its workspace. */
  readonly place: string;
  private readonly work: Workplace;

  private constructor(work: Workplace, agent: string, key: string) {
    this.work = work;
    this.agent = agent;
    this.key = key;
    this.place = `${instance}/workspaces/${agent}`;
  }

  static async hire(work: Workplace): Promise<Climber> {
    const agent = await work.hire("Climber", { engine: "cli" });
    const path = `/api/agents/${agent}/keys`;
    const { token } = await work.operator.ok<{ token: string }>("POST", path, { name: "own" });
    const climber = new Climber(work, agent, token);
    const server = ["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups"];
    await work.machine.exec(...server, "mkdir", "-p", climber.place);
    return climber;
  }

  /** Runs a script as the agent's user in its workspace. */
  inWorkspace = (script: string): Promise<string> =>
    this.work.machine.exec(
      ...[...agentsUser, "bash", "-c", `set -e; mkdir -p "$0"; cd "$0"; ${script}`, this.place],
    );

  /** Sends a request as the agent, from outside the machine. */
  api = async (method: string, path: string, body?: object): Promise<Answer> => {
    const words = ["--silent", "--max-time", "20", "--write-out", "\\n%{http_code}", "--request", method];
    const headers = [
      "--header",
      `Authorization: Bearer ${this.key}`,
      "--header",
      "Content-Type: application/json",
    ];
    const data = body ? ["--data", JSON.stringify(body)] : [];
    const url = `http://127.0.0.1:3100${path}`;
    const output = await this.work.machine.exec(...agentsUser, "curl", ...words, ...headers, ...data, url);
    const end = output.lastIndexOf("\n");
    return { status: Number(output.slice(end + 1)), text: output.slice(0, end) };
  };

  /** An API path of the agent's own company. */
  own = (path: string): string => `/api/companies/${this.work.companyId}/${path}`;

  /** Makes a project with a folder of the agent's choice, as an agent makes one for itself. */
  project = async (name: string, cwd: string): Promise<Answer> => {
    const { id } = JSON.parse((await this.api("POST", this.own("projects"), { name })).text);
    return this.api("POST", `/api/projects/${id}/workspaces`, { name: "w", sourceType: "local_path", cwd });
  };

  /** Imports a skill from the agent's workspace; returns its id. */
  skill = async (name: string): Promise<string> => {
    await this.inWorkspace(
      `mkdir -p ${name} && printf -- '---\\nname: ${name}\\ndescription: d\\n---\\n' > ${name}/SKILL.md`,
    );
    const answer = await this.api("POST", this.own("skills/import"), { source: `${this.place}/${name}` });
    const [imported] = JSON.parse(answer.text).imported ?? [];
    return imported?.id ?? expect.fail(`no skill: ${answer.status} ${answer.text}`);
  };
}
