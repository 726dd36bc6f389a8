import { join } from "node:path";
import Docker from "dockerode";
import { type Anthropic, startAnthropic } from "../../local/anthropic/anthropic.ts";
import type { Credentials } from "../../local/anthropic/credentials.ts";
import type { BrowserOptions } from "../../local/people/laptopBrowser.ts";
import { type Laptop, startLaptop } from "../../local/platform/laptop.ts";
import { expectSuccess, TestStack } from "../engine/testStack.ts";
import { Person } from "../support/browser.ts";
import { anthropicKey, claudeToken } from "../support/credentials.ts";
import { flyControl } from "../support/flyControl.ts";
import { Office } from "../support/office.ts";
import { Phases } from "../support/phases.ts";
import { Wizard } from "../support/wizard.ts";

const keys = {
  stack: anthropicKey("e2e"),
  token: claudeToken("e2e"),
  client: anthropicKey("of-the-client"),
  refused: anthropicKey("of-nobody"),
};

const accepted: Credentials = [
  { name: "the stack's", kind: "api-key", value: keys.stack, expired: false },
  { name: "the stack's token", kind: "oauth-token", value: keys.token, expired: false },
  { name: "the client's", kind: "api-key", value: keys.client, expired: false },
];

/** A deployed stack, the tailnet around it, and the administrator's browser. The model follows a script. */
export class Story {
  readonly keys = keys;
  readonly phases: Phases;
  readonly stack: TestStack;
  readonly anthropic: Anthropic;
  readonly laptop: Laptop;
  readonly person: Person;
  readonly outputs: Record<string, string>;

  private constructor(
    parts: Pick<Story, "phases" | "stack" | "anthropic" | "laptop" | "person" | "outputs">,
  ) {
    this.phases = parts.phases;
    this.stack = parts.stack;
    this.anthropic = parts.anthropic;
    this.laptop = parts.laptop;
    this.person = parts.person;
    this.outputs = parts.outputs;
  }

  /** Runs `pulumi up` with an Anthropic key, on a new platform. */
  static async begin(): Promise<Story> {
    let stack: TestStack | undefined;
    const phases = new Phases("an agent at work", () => containerOf(stack));
    stack = await phases.run("the platform starts", () => TestStack.create("new"));
    try {
      const scripts = join(import.meta.dirname, "../../local/anthropic/scripts");
      const { internet } = stack.platform;
      const anthropic = await startAnthropic({ internet, scripts, credentials: accepted });
      await stack.configure({ image: undefined });
      await stack.configureSecret(["anthropicKey"], keys.stack);
      await phases.run("pulumi up", async () => expectSuccess(await stack.up()));
      const outputs = await stack.outputs();
      const laptop = await startLaptop(stack.platformFolder, stack.platform);
      await laptop.eventually(`${outputs.url}/api/health`);
      const person = await Person.at(laptop, stack.platform.tailnet.caFile);
      return new Story({ phases, stack, anthropic, laptop, person, outputs });
    } catch (error) {
      await stack.remove();
      throw error;
    }
  }

  async end(): Promise<void> {
    await this.person.close();
    await this.laptop.stop();
    await this.anthropic.stop();
    await this.stack.remove();
  }

  get office(): Office {
    return new Office(this.person);
  }

  get wizard(): Wizard {
    return new Wizard(this.person.page);
  }

  /** Somebody else, at a browser of their own. */
  newPerson(options?: BrowserOptions): Promise<Person> {
    return Person.at(this.laptop, this.stack.platform.tailnet.caFile, options);
  }

  /** Gives the machine the CPU that it saves in an hour of idling: a sixteenth of a core, less the 0.35 % of a core that idling takes. */
  async idlesForAnHour(): Promise<void> {
    const balanceSeconds = 3600 * (1 / 16 - 0.0035);
    const path = `/_emulator/machines/${this.outputs.machineId}/cpu`;
    await flyControl(this.stack.env).api("PUT", path, { balanceSeconds });
  }

  container(): Promise<string | undefined> {
    return containerOf(this.stack);
  }

  /** Fails once an agent has asked something that no script knows. */
  readonly check = (): void => {
    const problems = this.anthropic.requests().flatMap(({ problem }) => problem ?? []);
    if (problems.length > 0) throw new Error(`no script knows what an agent asks: ${problems.join("; ")}`);
  };

  acceptAll(): void {
    this.anthropic.setCredentials(accepted);
  }

  /** Whose credentials the agents have used since the record was last emptied. */
  credentials(): Set<string | undefined> {
    const answered = this.anthropic.requests().filter(({ turn }) => turn);
    return new Set(answered.map(({ credential }) => credential?.name));
  }
}

/** The machine's container, once the stack is there. */
async function containerOf(stack: TestStack | undefined): Promise<string | undefined> {
  if (!stack) return undefined;
  const filters = { label: [`paperclip.fly.app=${stack.appName}`] };
  return (await new Docker().listContainers({ filters }))[0]?.Id;
}
