import pWaitFor from "p-wait-for";
import type { Person } from "./browser.ts";

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

/** The tasks and runs of an organization, as the page of somebody who is signed in sees them. */
export class Board {
  readonly #person: Person;
  readonly #path: string;

  constructor(person: Person, companyId: string) {
    this.#person = person;
    this.#path = `/api/companies/${companyId}`;
  }

  /** Adds something to the organization, e.g. to its `agents`; returns its id. */
  async add(what: "agents" | "issues" | "secrets", body: object): Promise<string> {
    return (await this.#person.api<{ id: string }>("POST", `${this.#path}/${what}`, body)).id;
  }

  agents(): Promise<{ name: string }[]> {
    return this.#person.api("GET", `${this.#path}/agents`);
  }

  runs(): Promise<Run[]> {
    return this.#person.api("GET", `${this.#path}/heartbeat-runs`);
  }

  async issue(title: string): Promise<Issue | undefined> {
    const issues = await this.#person.api<Issue[]>("GET", `${this.#path}/issues`);
    return issues.find((one) => one.title === title);
  }

  /**
   * Waits until an issue is done and its runs are over.
   *
   * @param check called again and again, to fail early
   */
  async done(title: string, check: () => void): Promise<Issue> {
    const isDone = async () => {
      check();
      // A page that is being loaded anew answers nothing for a moment.
      const answers = await Promise.all([this.issue(title), this.runs()]).catch(() => undefined);
      if (!answers) return false;
      const [issue, all] = answers;
      return issue?.status === "done" && all.every(({ status }) => status !== "running");
    };
    await pWaitFor(isDone, { interval: 500, timeout: 240_000 });
    return (await this.issue(title)) as Issue;
  }
}
