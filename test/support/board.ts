import pWaitFor from "p-wait-for";

/** A person who is signed in, at a browser or through Paperclip's API. */
interface Member {
  api<T>(method: "GET" | "POST", path: string, body?: object): Promise<T>;
}

export interface Issue {
  id: string;
  identifier: string;
  title: string;
  status: string;
}

interface Run {
  id: string;
  status: string;
  retryOfRunId: string | null;
}

/** The tasks and runs of an organization, as a person who is signed in sees them. */
export class Board {
  readonly #member: Member;
  readonly #path: string;

  constructor(member: Member, companyId: string) {
    this.#member = member;
    this.#path = `/api/companies/${companyId}`;
  }

  /** Adds something to the organization, e.g. to its `agents`; returns its id. */
  async add(what: "agents" | "issues" | "secrets", body: object): Promise<string> {
    return (await this.#member.api<{ id: string }>("POST", `${this.#path}/${what}`, body)).id;
  }

  agents(): Promise<{ name: string }[]> {
    return this.#member.api("GET", `${this.#path}/agents`);
  }

  runs(): Promise<Run[]> {
    return this.#member.api("GET", `${this.#path}/heartbeat-runs`);
  }

  async issue(title: string): Promise<Issue | undefined> {
    const issues = await this.#member.api<Issue[]>("GET", `${this.#path}/issues`);
    return issues.find((one) => one.title === title);
  }

  /**
   * Waits until an issue is done and its runs are over.
   *
   * @param check called again and again, to fail early
   * @param seconds the longest wait. Default: 240
   */
  async done(title: string, check: () => void, seconds = 240): Promise<Issue> {
    const isDone = async () => {
      check();
      // While a page reloads, it answers nothing for a moment.
      const answers = await Promise.all([this.issue(title), this.runs()]).catch(() => undefined);
      if (!answers) return false;
      const [issue, all] = answers;
      return issue?.status === "done" && all.every(({ status }) => status !== "running");
    };
    await pWaitFor(isDone, { interval: 500, timeout: seconds * 1000 });
    return (await this.issue(title)) as Issue;
  }
}
