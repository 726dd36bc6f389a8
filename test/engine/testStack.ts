import { randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type Options } from "execa";
import pWaitFor from "p-wait-for";
import { parse, stringify } from "yaml";
import { anthropicName } from "../../local/anthropic/anthropic.ts";
import type { StartBalance } from "../../local/fly/cpu/balance.ts";
import { type Platform, startPlatform } from "../../local/platform/platform.ts";
import { openStack } from "../../local/platform/stack.ts";
import { type FlyctlRecorder, recordFlyctl } from "../support/flyctlRecorder.ts";
import { pushTestImage } from "../support/testImage.ts";
import { toolchain } from "../support/toolchain.ts";

export const root = join(import.meta.dirname, "../..");

/** What an engine run did. */
export interface Run {
  exitCode: number | undefined;
  /** Everything that it printed for people. */
  output: string;
}

/** Fails with the engine's output if a run did not succeed. */
export function expectSuccess({ exitCode, output }: Run): void {
  if (exitCode !== 0) throw new Error(`pulumi ended with exit code ${exitCode}:\n${output}`);
}

const newFolder = () => mkdtemp(join(tmpdir(), "paperclip-on-fly-engine-"));

/** The name of a recorded stack and the paths of its files. */
export interface RecordedStack {
  name: string;
  /** Pulumi.NAME.yaml. */
  config: string;
  passphrase: string;
  /** What `pulumi stack export` printed. */
  state: string;
}

interface RequestRecord {
  method: string;
  path: string;
  status: number;
}

/** A stack of the real program on the real engine, on a platform of its own, with a tiny image for a machine. */
export class TestStack {
  readonly name: string;
  readonly appName: string;
  readonly platform: Platform;
  readonly flyctl: FlyctlRecorder;
  readonly env: Record<string, string>;
  private readonly folder: string;
  private readonly configFile: string;

  private constructor(
    folder: string,
    name: string,
    platform: Platform,
    flyctl: FlyctlRecorder,
    env: Record<string, string>,
  ) {
    this.folder = folder;
    this.name = name;
    this.appName = `paperclip-${name}`;
    this.platform = platform;
    this.flyctl = flyctl;
    this.env = env;
    this.configFile = join(folder, "project", `Pulumi.${name}.yaml`);
  }

  /**
   * Starts a platform and makes an empty stack on it.
   *
   * @param cpuBalance `new` if it matters that a new machine has next to no CPU saved
   */
  static async create(cpuBalance: StartBalance = "full"): Promise<TestStack> {
    const folder = await newFolder();
    const name = `t${randomBytes(3).toString("hex")}`;
    const testStack = await TestStack.start(folder, name, join(root, "Pulumi.dev.yaml"), cpuBalance);
    await testStack.configure({ image: await testStack.pushImage() });
    return testStack;
  }

  /**
   * Starts a platform and makes an empty stack with the name, settings and passphrase of a recorded one, so that its state can be imported.
   */
  static async like({ name, config, passphrase }: RecordedStack): Promise<TestStack> {
    const folder = await newFolder();
    await mkdir(join(folder, "project"));
    await copyFile(passphrase, join(folder, "passphrase"));
    await copyFile(config, join(folder, "project", `Pulumi.${name}.yaml`));
    return TestStack.start(folder, name, config, "full");
  }

  private static async start(folder: string, name: string, config: string, cpuBalance: StartBalance) {
    const platform = await startPlatform(join(folder, "platform"), toolchain(), cpuBalance, [anthropicName]);
    const source = join(root, `Pulumi.${name}.yaml`);
    await copyFile(config, source);
    const stack = await openStack(folder, name, platform, toolchain()).finally(() => rm(source));
    const flyctl = await recordFlyctl(folder, stack.env.PATH ?? "");
    const env = { ...stack.env, PATH: flyctl.path, XDG_CACHE_HOME: join(folder, "cache") };
    return new TestStack(folder, name, platform, flyctl, env);
  }

  /** Sets plain settings; undefined removes one. */
  async configure(settings: Record<string, string | string[] | undefined>): Promise<void> {
    const file = parse(await readFile(this.configFile, "utf8"));
    for (const [key, value] of Object.entries(settings)) {
      if (value === undefined) delete file.config[`paperclip:${key}`];
      else file.config[`paperclip:${key}`] = value;
    }
    await writeFile(this.configFile, stringify(file));
  }

  async configureSecret(words: string[], value: string): Promise<void> {
    await execa("pulumi", ["config", "set", "--secret", ...words, ...this.words], {
      cwd: root,
      env: this.env,
      input: value,
    });
  }

  /** Pushes an image for the machine and returns it by digest. */
  pushImage(behaviour: "serves" | "exits" = "serves"): Promise<string> {
    return pushTestImage(`127.0.0.1:${this.platform.ports.registry}`, behaviour);
  }

  get platformFolder(): string {
    return join(this.folder, "platform");
  }

  /** Words that end every pulumi command about this stack. */
  get words(): string[] {
    return ["--stack", this.name, "--config-file", this.configFile];
  }

  up(options: Options = {}, ...words: string[]): Promise<Run> {
    return this.pulumi(["up", "--yes", "--skip-preview", ...words], options);
  }

  preview(options: Options = {}, ...words: string[]): Promise<Run> {
    return this.pulumi(["preview", "--diff", ...words], options);
  }

  destroy(options: Options = {}): Promise<Run> {
    return this.pulumi(["destroy", "--yes", "--skip-preview"], options);
  }

  /** Starts an update and leaves it running, for a test that interrupts it. */
  startUp() {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", ...this.words];
    // A process group of its own, as a terminal makes one: Ctrl-C then reaches every process in it.
    return execa("pulumi", args, {
      cwd: root,
      env: this.env,
      all: true,
      reject: false,
      detached: true,
      cleanup: false,
    });
  }

  async pulumi(args: string[], options: Options = {}): Promise<Run> {
    const words = [...args, "--non-interactive", "--color", "never", ...this.words];
    const { exitCode, all } = await execa("pulumi", words, {
      cwd: root,
      env: this.env,
      all: true,
      reject: false,
      ...options,
    });
    return { exitCode, output: String(all) };
  }

  /**
   * Runs a line of a shell as a person would type it after selecting this stack, with yes as the answer to every question.
   *
   * @param input what is typed next, up to Ctrl-D
   */
  async type(line: string, input = ""): Promise<Run> {
    const words = ["--non-interactive", "--color", "never", ...this.words];
    const pulumi = `pulumi() { command pulumi "$@" ${words.join(" ")}; }`;
    const env = { ...this.env, PULUMI_SKIP_CONFIRMATIONS: "true" };
    const options = { cwd: root, env, input, all: true, reject: false } as const;
    const { exitCode, all } = await execa("bash", ["-c", `${pulumi}; ${line}`], options);
    return { exitCode, output: all };
  }

  /** The state as the engine keeps it on disk. */
  state(): Promise<string> {
    return readFile(join(this.folder, "state/.pulumi/stacks/paperclip", `${this.name}.json`), "utf8");
  }

  async outputs(): Promise<Record<string, string>> {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", this.name];
    return JSON.parse((await execa("pulumi", args, { cwd: root, env: this.env })).stdout);
  }

  /** Deletes the stack's state, as if nobody had recorded what an update made. */
  async loseState(): Promise<void> {
    await execa("pulumi", ["stack", "rm", "--force", "--yes", "--preserve-config", this.name], {
      cwd: root,
      env: this.env,
    });
    const project = join(this.folder, "project");
    await execa("pulumi", ["stack", "select", "--create", this.name, "--non-interactive"], {
      cwd: project,
      env: this.env,
    });
  }

  /** flyctl's answer about the stack's app. */
  async fly<T>(...args: string[]): Promise<T> {
    const { stdout } = await execa("flyctl", [...args, "--json"], { env: this.env });
    return JSON.parse(stdout) as T;
  }

  /** Waits until the machine is in a state. */
  async machineState(state: string): Promise<void> {
    const machines = () => this.fly<{ state: string }[]>("machine", "list", "-a", this.appName);
    await pWaitFor(async () => (await machines())[0]?.state === state, { interval: 200, timeout: 120_000 });
  }

  /** The requests to the platform, without those for the emulator's own pages. */
  async requests(): Promise<RequestRecord[]> {
    const response = await fetch(`${this.env.FLY_API_BASE_URL}/_emulator/requests`);
    return (await response.json()) as RequestRecord[];
  }

  /** What flyctl and the platform's services wrote to their folders and logs, without the services' own records. */
  async leftovers(): Promise<string> {
    const args = ["-rIh", "", join(this.folder, "cache"), join(this.folder, "platform")];
    const records = ["tailnet-keys.json", "tokens.json"].map((name) => `--exclude=${name}`);
    const { stdout } = await execa("grep", [...args, ...records], { reject: false, maxBuffer: 1 << 28 });
    return stdout;
  }

  /** Removes everything that is still there. */
  async remove(): Promise<void> {
    await this.platform.remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}
