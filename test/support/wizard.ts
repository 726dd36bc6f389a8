import type { Locator, Page } from "playwright-core";
import type { Person } from "./browser.ts";

/** What an invitation's page asks for. */
export interface Account {
  name: string;
  email: string;
  password: string;
}

/** Opens an invitation and makes an account there. */
export async function signUp(person: Person, link: string, account: Account, picture: string): Promise<void> {
  const field = (name: string) => person.page.getByRole("textbox", { name });
  await person.open(link, field("Name"));
  await field("Name").fill(account.name);
  await field("Email").fill(account.email);
  await field("Password").fill(account.password);
  await person.screenshot(picture);
  await person.page.getByRole("button", { name: "Create account and continue" }).click();
}

/** The questions with which an organization begins: its name, its first agent, and that agent's model. */
export class Wizard {
  readonly #page: Page;
  readonly #questions: Locator;
  readonly model: ModelChoice;

  constructor(page: Page) {
    this.#page = page;
    // The page behind it has buttons of the same names.
    this.#questions = page.getByTestId("onboarding-wizard");
    this.model = new ModelChoice(this.#questions);
  }

  async nameOrganization(name: string): Promise<void> {
    await this.#questions.getByPlaceholder("e.g. Northwind Labs").fill(name);
    await this.#button("Continue").click();
    await this.#agentName.waitFor();
  }

  async nameAgent(name: string): Promise<void> {
    await this.#agentName.fill(name);
    await this.#button("Next").click();
    await this.#questions.getByRole("heading", { name: "Connect a model" }).waitFor();
  }

  /** Waits until the model has answered. */
  async agentIsReady(name: string): Promise<void> {
    const ready = this.#questions.getByText(`${name} is ready to work!`);
    await this.model.succeeds(ready);
  }

  async getStarted(): Promise<void> {
    await this.#button("Get started").click();
    await this.#page.getByRole("heading", { name: "Paperclip onboarding" }).waitFor();
  }

  #button(name: string) {
    return this.#questions.getByRole("button", { name, exact: true });
  }

  get #agentName() {
    return this.#questions.getByRole("textbox", { name: "Agent name" });
  }
}

/** Where a person says which account an agent uses: in the wizard and on the page of a new agent. */
export class ModelChoice {
  readonly #part: Page | Locator;

  constructor(part: Page | Locator) {
    this.#part = part;
  }

  /** A model's tile. It says "API" once the page knows that the organization has keys and no subscription. */
  tile(program: "Claude" | "OpenAI", kind: "API" | "Subscription"): Locator {
    return this.#part.getByRole("radio", { name: `${program} ${kind}` });
  }

  /** The name of the account that the page proposes, of those whose keys the organization has. */
  async proposedKey(): Promise<string> {
    await this.#savedKeys.waitFor();
    return this.#savedKeys.getByRole("option", { selected: true, includeHidden: true }).innerText();
  }

  async chooseKey(name: string): Promise<void> {
    await this.#savedKeys.selectOption(name);
  }

  /** Wants a key where the page begins with a subscription. */
  async wantKey(): Promise<void> {
    await this.#part.getByRole("button", { name: "Use API key instead" }).click();
  }

  get #savedKeys() {
    return this.#part.getByRole("combobox", { name: "Saved API key" });
  }

  async typeKey(key: string): Promise<void> {
    await this.#part.getByRole("textbox", { name: "API key" }).fill(key);
    await this.connect();
  }

  /** Goes on with what is chosen. */
  async connect(): Promise<void> {
    await this.#part.getByRole("button", { name: /^(Connect|Use saved (API key|subscription))$/ }).click();
  }

  /** Waits for something that only shows after the model has answered. What the page says instead fails the test. */
  async succeeds(sight: Locator): Promise<void> {
    const failure = this.#part.locator("p.text-destructive").first();
    await sight.or(failure).first().waitFor({ timeout: 600_000 });
    if (await failure.isVisible()) throw new Error(`the page says: ${await failure.innerText()}`);
  }
}
