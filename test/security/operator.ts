import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { type Run, root, type TestStack } from "../engine/testStack.ts";
import { ArgvSampler } from "../support/argvSampler.ts";
import type { Evidence } from "../support/evidence.ts";
import { FolderSampler } from "../support/folderSampler.ts";
import type { RecordingProxy } from "../support/recordingProxy.ts";

const exported = z.object({
  deployment: z.object({
    resources: z.array(z.object({ urn: z.string(), outputs: z.record(z.string(), z.unknown()).default({}) })),
  }),
});

/**
 * The operator's machine as a run of `pulumi` finds it. It has its own home, folder for temporary files, Docker configuration and recording
 * proxy, and the variables with which flyctl would write secrets down if it were allowed to. Whatever the runs leave there, print, or show
 * in the list of processes is kept as evidence.
 */
export class Operator {
  readonly stack: TestStack;
  readonly evidence: Evidence;
  /** All secrets, by the names that these tests give them. */
  readonly secrets = new Map<string, string>();
  /** Values that look like secrets, planted where the search has to find them. */
  readonly planted = new Map<string, string>();
  readonly #folder: string;
  readonly #samplers: [ArgvSampler, FolderSampler];
  #steps = 0;

  private constructor(stack: TestStack, evidence: Evidence, folder: string) {
    this.stack = stack;
    this.evidence = evidence;
    this.#folder = folder;
    this.#samplers = [
      new ArgvSampler(),
      new FolderSampler(evidence, "temporary files", join(folder, "temporary")),
    ];
  }

  static async surround(stack: TestStack, evidence: Evidence, proxy: RecordingProxy): Promise<Operator> {
    const folder = await mkdtemp(join(tmpdir(), "paperclip-on-fly-operator-"));
    for (const name of ["home", "temporary", "docker", "events"]) await mkdir(join(folder, name));
    await mkdir(join(folder, "home/.pulumi"));
    // Providers that the engine has downloaded stay where they are.
    const plugins = join(homedir(), ".pulumi/plugins");
    if (existsSync(plugins)) await symlink(plugins, join(folder, "home/.pulumi/plugins"));
    const daemon = ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"];
    Object.assign(stack.env, proxy.environment, {
      DOCKER_HOST: process.env.DOCKER_HOST || (await execa("docker", daemon)).stdout,
      HOME: join(folder, "home"),
      TMPDIR: join(folder, "temporary"),
      DOCKER_CONFIG: join(folder, "docker"),
      LOG_LEVEL: "debug",
      FLYCTL_OUTPUT_HAR: join(folder, "home/requests.har"),
      PULUMI_EXPERIMENTAL: "true",
      PULUMI_DEBUG_COMMANDS: "true",
    });
    const operator = new Operator(stack, evidence, folder);
    for (const name of ["FLY_API_TOKEN", "TAILSCALE_API_KEY"])
      operator.secrets.set(name, stack.env[name] ?? "");
    const passphrase = await readFile(stack.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "", "utf8");
    operator.secrets.set("passphrase", passphrase);
    return operator;
  }

  /** Sets a secret setting to a new random value. */
  async set(words: string[], name: string, prefix: string): Promise<void> {
    // As long as Anthropic's tokens.
    const value = `${prefix}${randomBytes(71).toString("base64url")}`;
    this.secrets.set(name, value);
    await this.stack.configureSecret(words, value);
  }

  /** From now on an OAuth client is used instead of the API key. */
  useOAuthClient(): void {
    const { whole } = this.stack.platform.oauthClients;
    delete this.stack.env.TAILSCALE_API_KEY;
    Object.assign(this.stack.env, whole);
    this.secrets.set("TAILSCALE_OAUTH_CLIENT_SECRET", whole.TAILSCALE_OAUTH_CLIENT_SECRET);
  }

  /** Runs pulumi and keeps what it printed, its events, and what it left on disk. */
  async run(...words: string[]): Promise<Run> {
    this.#steps += 1;
    const events = join(this.#folder, "events", `${this.#steps}-${words[0]}`);
    const run = await this.stack.pulumi([...words, "--event-log", events]);
    await this.keep(words[0] ?? "", run);
    return run;
  }

  async keep(name: string, { output }: Pick<Run, "output">): Promise<void> {
    const { evidence } = this;
    const stackFolder = dirname(this.stack.platformFolder);
    evidence.add("output", `${this.#steps}. pulumi ${name}`, output);
    await evidence.addFolder("events", join(this.#folder, "events"));
    await evidence.addFolder("state, backups and history", join(stackFolder, "state"));
    await evidence.addFolder("settings", join(stackFolder, "project"));
    await evidence.addFolder("flyctl's folder", join(stackFolder, "cache"));
    await evidence.addFolder("home", join(this.#folder, "home"));
    await evidence.addFolder("Docker's configuration", join(this.#folder, "docker"));
    await evidence.addFolder("build context", join(root, "docker"));
    evidence.add("command lines", "flyctl's", (await this.stack.flyctl.calls()).join("\n"));
  }

  /**
   * Plants false secrets where the samplers look, to show that they do look: one in the command line of a process, and one in a temporary
   * file that exists only during the run.
   */
  async plant(run: () => Promise<void>): Promise<void> {
    for (const name of ["planted command line", "planted file"])
      this.planted.set(name, randomBytes(24).toString("hex"));
    const file = join(this.#folder, "temporary/planted");
    await writeFile(file, this.planted.get("planted file") ?? "");
    const process = execa("sh", ["-c", "cat", this.planted.get("planted command line") ?? ""]);
    await run();
    process.stdin.end();
    await process;
    await rm(file);
  }

  /** Removes the lock that a killed run has left. */
  async cancel(): Promise<void> {
    const args = ["cancel", "--yes", "--non-interactive", "--stack", this.stack.name];
    await execa("pulumi", args, { cwd: root, env: this.stack.env });
  }

  /** The plan of an update, as `preview` writes it. */
  async plan(): Promise<Run> {
    const file = join(this.#folder, "plan.json");
    const run = await this.run("preview", "--save-plan", file);
    this.evidence.add("plan", file, await readFile(file));
    return run;
  }

  /** Adds the secrets that the stack made to `secrets`. Returns the state with everything in it decrypted. */
  async learn(when: string): Promise<string> {
    const args = ["stack", "export", "--show-secrets", "--stack", this.stack.name];
    const { stdout } = await execa("pulumi", args, { cwd: root, env: this.stack.env });
    const { resources } = exported.parse(JSON.parse(stdout)).deployment;
    const made = { "auth-key": "key", "auth-secret": "result", "agent-secret": "result" };
    for (const [name, output] of Object.entries(made)) {
      const found = resources.find(({ urn }) => urn.endsWith(`-${name}`))?.outputs[output];
      const { plaintext } = z.object({ plaintext: z.string() }).parse(found);
      this.secrets.set(`${name} ${when}`, JSON.parse(plaintext));
    }
    return stdout;
  }

  /** Ends the sampling and removes the operator's folder. */
  async leave(): Promise<void> {
    const [processes, files] = this.#samplers;
    this.evidence.add("command lines", "of every process", (await processes.stop()).join("\n"));
    await files.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
