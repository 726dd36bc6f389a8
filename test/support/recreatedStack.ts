import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { parse } from "yaml";
import { renewalPeriod } from "../../components/tailnet/authKey.ts";
import { expectSuccess, type RecordedStack, TestStack } from "../engine/testStack.ts";
import {
  commandsOf,
  exportState,
  importState,
  nameOf,
  type RecordedCommand,
  runLine,
} from "./recordedStack.ts";

const period = renewalPeriod(new Date());

/** The fields of verbs' outputs that identify something, and therefore differ from platform to platform. */
const identities = ["volumeId", "machineId", "image", "address"];

/** A recorded stack on a platform of one test: its state is imported, and everything that the state describes exists. */
export class RecreatedStack {
  readonly stack: TestStack;
  /** Its state as text, with secrets in clear. */
  state = "";
  #localImage: string | undefined;

  private constructor(stack: TestStack) {
    this.stack = stack;
  }

  static async create(recorded: RecordedStack): Promise<RecreatedStack> {
    const stack = await TestStack.like(recorded);
    const recreated = new RecreatedStack(stack);
    try {
      await stack.configure({ imageBuildArgs: undefined });
      await recreated.#read(recorded);
      await recreated.#makeAll();
      await importState(stack, recreated.state);
      return recreated;
    } catch (error) {
      await recreated.remove();
      throw error;
    }
  }

  command(name: string): RecordedCommand {
    const found = commandsOf(this.state).find((each) => nameOf(each) === name);
    if (!found) throw new Error(`the recorded state has no command ${name}`);
    return found;
  }

  /** A field of the output of a resource's verbs. */
  output(name: string, field: string): string {
    return String(JSON.parse(this.command(name).outputs.stdout)[field]);
  }

  async remove(): Promise<void> {
    if (this.#localImage) await execa("docker", ["image", "rm", this.#localImage], { reject: false });
    await this.stack.remove();
  }

  /** Reads the recorded state. It gets this platform's addresses, and its key is as old as it was at the recording. */
  async #read(recorded: RecordedStack) {
    await importState(this.stack, await readFile(recorded.state, "utf8"));
    const { FLY_REGISTRY_HOST = "" } = this.stack.env;
    const text = (await exportState(this.stack)).replaceAll(/("replacementTrigger": )\d+/g, `$1${period}`);
    this.state = text
      .replaceAll(/127\.0\.0\.1:\d+(?=\/)/g, FLY_REGISTRY_HOST)
      .replaceAll(/http:\/\/172\.\d+\.\d+\.\d+:\d+/g, this.stack.platform.tailnet.controlUrl);
    const { config } = parse(await readFile(recorded.config, "utf8"));
    const image = config["paperclip:image"] as string | undefined;
    if (image) await this.#usePrebuilt(image.replace(/^[^/]+/, FLY_REGISTRY_HOST));
    else await this.#tagLocalImage(this.command("paperclip-image-push").inputs.environment.IMAGE_NAME ?? "");
  }

  async #usePrebuilt(recorded: string) {
    const image = await this.stack.pushImage();
    await this.stack.configure({ image });
    this.state = this.state.replaceAll(recorded, image);
  }

  /** Gives the local daemon the tests' image under the name that the stack pushes. */
  async #tagLocalImage(name: string) {
    const image = await this.stack.pushImage();
    await execa("docker", ["pull", "--quiet", image]);
    await execa("docker", ["tag", image, name]);
    this.#localImage = name;
  }

  /** Makes everything that the state describes, and replaces the recorded identities in the state with those of this platform. */
  async #makeAll() {
    const { appName } = this.stack;
    for (const name of commandsOf(this.state).map(nameOf)) {
      // 0.1.0 allocated an address without a network. The program no longer does that.
      if (name === "paperclip-private-ip") continue;
      this.#identify(name, JSON.parse(await runLine(this.stack, this.command(name), "create")));
    }
    // The present release can remove secrets that 0.1.0 had. The machine gets exactly the recorded ones.
    await runLine(this.stack, this.command("paperclip-secrets"), "create");
    expectSuccess(await this.stack.type(`flyctl secrets deploy --dns-checks=false --app ${appName}`));
    expectSuccess(await this.stack.type(`flyctl ips allocate-v6 --private --app ${appName}`));
    const [address] = await this.stack.fly<{ Address: string }[]>("ips", "list", "--app", appName);
    this.#identify("paperclip-private-ip", { address: address?.Address });
  }

  #identify(name: string, now: Record<string, unknown>) {
    const before = JSON.parse(this.command(name).outputs.stdout) as Record<string, string>;
    for (const field of identities) {
      if (before[field]) this.state = this.state.replaceAll(before[field], String(now[field]));
    }
  }
}
