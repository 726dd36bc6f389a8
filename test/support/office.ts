import pWaitFor from "p-wait-for";
import type { Locator, Page } from "playwright-core";
import type { Person } from "./browser.ts";
import { ModelChoice } from "./wizard.ts";

/** An organization's pages, as a person clicks through them. */
export class Office {
  readonly #person: Person;
  readonly #page: Page;

  constructor(person: Person) {
    this.#person = person;
    this.#page = person.page;
  }

  /** Opens the menu of organizations and chooses something there. */
  async organizations(item: string | RegExp): Promise<void> {
    await this.#page.getByRole("button", { name: /organization switcher$/ }).click();
    await this.#page.getByRole("menuitem", { name: item }).click();
  }

  async switchTo(organization: string): Promise<void> {
    await this.organizations(new RegExp(`\\b${organization} [A-Z]+$`));
    await this.#page.getByRole("button", { name: `Open ${organization} organization switcher` }).waitFor();
  }

  /** Invites somebody; returns the link that the page shows. */
  async invite(role: "Operator" | "Admin"): Promise<string> {
    await this.organizations(/^Invite people to /);
    await this.#page.getByRole("radio", { name: new RegExp(`^${role}\\b`) }).check();
    await this.#page.getByRole("button", { name: "Create invite" }).click();
    return this.#page.getByRole("textbox", { name: "Latest invite URL" }).inputValue();
  }

  async giveTask(title: string, agent: string): Promise<void> {
    await this.#page.getByRole("button", { name: "New Task" }).click();
    await this.#page.getByRole("button", { name: "Assignee" }).click();
    await this.#page.getByRole("button", { name: agent, exact: true }).click();
    await this.createTask(title);
  }

  /** Fills in the form of a new task, which is open. */
  async createTask(title: string): Promise<void> {
    await this.#page.getByRole("textbox", { name: "Task title" }).fill(title);
    const create = this.#page.getByRole("button", { name: "Create Task" });
    // Paperclip takes a second task with the title of an open one for that one.
    await this.#person.insist(() => create.click(), this.#taskLink(title));
  }

  /**
   * Opens a task and waits until it is done.
   *
   * @param check called again and again, to fail early
   */
  async done(title: string, check: () => void): Promise<void> {
    await this.#taskLink(title).click();
    await this.#page.getByRole("heading", { name: title }).waitFor();
    const isDone = this.#page.getByRole("button", { name: "Change status (current: Done)" });
    let loaded = Date.now();
    const looks = async () => {
      check();
      if (await isDone.first().isVisible()) return true;
      // A page whose events were cut off shows nothing new until a person loads it again.
      if (Date.now() - loaded > 60_000) {
        await this.#page.reload();
        loaded = Date.now();
      }
      return false;
    };
    await pWaitFor(looks, { interval: 500, timeout: 480_000 });
  }

  #taskLink(title: string): Locator {
    return this.#page.getByRole("link", { name: new RegExp(`^${title}`) }).first();
  }

  async openCosts(): Promise<void> {
    await this.#page.getByRole("link", { name: /^Dashboard/ }).click();
    await this.#page.getByRole("link", { name: /Month Spend/ }).click();
    await this.#page.getByRole("heading", { name: "Costs" }).waitFor();
  }

  /** Begins to hire an agent on the page of agents; returns the page's questions about its model. */
  async newAgent(name: string, program: "Claude Code" | "Codex"): Promise<ModelChoice> {
    await this.#page.getByRole("link", { name: "Agents", exact: true }).click();
    await this.#page.getByRole("button", { name: "New Agent" }).first().click();
    await this.#page.getByRole("textbox", { name: "Agent name" }).fill(name);
    await this.#page.getByRole("button", { name: "Choose adapter" }).click();
    await this.#page.getByRole("dialog").getByText(program, { exact: true }).click();
    await this.#page.getByRole("button", { name: "Configure agent" }).click();
    await this.#page.getByRole("heading", { name: "Connect a model" }).waitFor();
    return new ModelChoice(this.#page.getByRole("main"));
  }

  /** Hires the agent whose model has been chosen, and opens the form of a task for it. */
  async finishAgent(model: ModelChoice): Promise<void> {
    await model.succeeds(this.#page.getByRole("heading", { name: "Configure your agent" }));
    const finish = this.#page.getByRole("button", { name: "Finish setup" });
    const assign = this.#page.getByRole("button", { name: /^Assign .* a Task$/ });
    await this.#person.insist(() => finish.click(), assign);
    await assign.click();
  }
}
