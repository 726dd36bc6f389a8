import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { styleText } from "node:util";
import { stopService } from "../../local/platform/service.ts";
import type { UserspaceDevice } from "../../local/platform/userspaceDevice.ts";
import { Evidence } from "../support/evidence.ts";
import { Phases } from "../support/phases.ts";
import { Commands, Interrupted } from "./commands.ts";
import { appNameOf, LiveStack } from "./liveStack.ts";
import { allProbes } from "./probes/all.ts";
import { runProbes } from "./probes/probe.ts";
import { leftOver, type Made, removeAll } from "./removal.ts";
import { type Report, reportText } from "./report.ts";
import { effective, type LiveSettings } from "./settings.ts";
import { becomeAdministrator, doctorSays, openInTailnet, summary, unchanged } from "./story.ts";
import { shellOf, startVisitor, visitorName } from "./visitor.ts";

const root = join(import.meta.dirname, "../..");
const results = join(root, "test-results/live");
const up = ["up", "--yes", "--skip-preview"];

/** One throw-away stack, from nothing to nothing. */
export class LiveRun {
  readonly appName: string;
  readonly #settings: LiveSettings;
  readonly #name: string;
  readonly #folder: string;
  readonly #recordings = join(results, "flyctl.jsonl");
  readonly #env: Record<string, string>;
  readonly #commands = new Commands();
  readonly #phases = new Phases("a run on an account", async () => undefined);
  readonly #report: Report;
  readonly #interrupted = Promise.withResolvers<never>();
  #stack: LiveStack | undefined;
  #visitor: Promise<UserspaceDevice> | undefined;
  #secrets = new Map<string, string>();

  private constructor(settings: LiveSettings, name: string, folder: string, price: string) {
    this.#settings = settings;
    this.#name = name;
    this.#folder = folder;
    this.appName = appNameOf(name);
    this.#env = {
      PATH: [join(import.meta.dirname, "recorder/bin"), process.env.PATH].join(delimiter),
      FLYCTL_RECORDINGS: this.#recordings,
      // The folder in which the program keeps flyctl's notes about an app.
      XDG_CACHE_HOME: join(folder, "cache"),
    };
    this.#report = {
      started: new Date().toISOString(),
      app: this.appName,
      region: String(effective(settings, "region")),
      asked: {
        fly: process.env.FLY_API_BASE_URL || "https://api.fly.io",
        tailscale: process.env.TAILSCALE_BASE_URL || "https://api.tailscale.com",
      },
      price,
      steps: [],
      probes: [],
      removedByName: [],
      left: [],
      recordings: relative(root, results),
    };
    // Without a handler, Node.js would take the interruption for an unhandled error.
    this.#interrupted.promise.catch(() => undefined);
  }

  static async prepare(settings: LiveSettings, name: string, price: string): Promise<LiveRun> {
    return new LiveRun(settings, name, await mkdtemp(join(tmpdir(), "paperclip-on-fly-live-")), price);
  }

  /** Ends the story and removes what it has made. Further calls change nothing. */
  interrupt(): void {
    console.error(
      `\nInterrupted: everything that was made is taken away. Until then ${this.appName} costs money.`,
    );
    this.#interrupted.reject(new Interrupted("interrupted"));
    void this.#commands.interrupt();
  }

  /** Keeps the report in test-results/live. It contains the story's errors; none of them is thrown. */
  async fromNothingToNothing(): Promise<Report> {
    await rm(results, { recursive: true, force: true });
    await mkdir(results, { recursive: true });
    await this.#story().catch(({ message }: Error) =>
      this.#report.steps.push({ name: "the run", seconds: 0, ok: false, text: message }),
    );
    await this.#commands.interrupt();
    await this.#remove();
    await this.#checkRecordings();
    await writeFile(join(results, "report.json"), `${JSON.stringify(this.#report, undefined, 2)}\n`);
    await writeFile(join(results, "report.md"), reportText(this.#report));
    return this.#report;
  }

  /** If a step fails, the others still find out what they can. Only without a stack there is nothing to find out. */
  async #story(): Promise<void> {
    const commands = this.#commands;
    const made = await this.#step("pulumi up", async () => {
      const place = { name: this.#name, folder: this.#folder, env: this.#env, commands };
      this.#stack = await LiveStack.make(this.#settings, place);
      return summary(await this.#stack.pulumi(commands, up, { shown: true }));
    });
    if (!made) return;
    const stack = this.#stack as LiveStack;
    const outputs = await stack.outputs();
    await this.#step("open it in the tailnet", async () => {
      this.#visitor = startVisitor(this.#settings, { folder: this.#folder, appName: this.appName });
      return openInTailnet(await this.#visitor, outputs.url ?? "");
    });
    const visitor = await this.#visitor?.catch(() => undefined);
    if (visitor) {
      await this.#step("the first administrator, and an agent's task", async () => {
        const colleague = await becomeAdministrator(visitor, outputs);
        return colleague.hasTaskDone(() => commands.check()).finally(() => colleague.leave());
      });
    }
    await this.#step("doctor", async () => doctorSays(await stack.ops(commands, "doctor")));
    await this.#step("pulumi up, nothing changed", async () => unchanged(await stack.pulumi(commands, up)));
    await this.#step("probes", () => this.#probe(stack, visitor, outputs));
  }

  async #probe(
    { env }: LiveStack,
    visitor: UserspaceDevice | undefined,
    { machineId = "", volumeId = "" }: Record<string, string>,
  ): Promise<string> {
    const words = {
      APP: this.appName,
      ID: machineId,
      VOLUME: volumeId,
      ORGANIZATION: String(effective(this.#settings, "organization")),
      KEYFILE: join(this.#folder, "visitor.key"),
    };
    const before = shellOf(this.#settings, this.appName, visitor);
    this.#report.probes = await runProbes(allProbes, words, { commands: this.#commands, env, before });
    return `${this.#report.probes.length} were asked`;
  }

  /** @returns whether it succeeded. @throws Interrupted */
  async #step(name: string, work: () => Promise<string>): Promise<boolean> {
    this.#commands.check();
    console.log(`\n${styleText("bold", name)}`);
    const started = Date.now();
    const note = (ok: boolean, text: string) => {
      this.#report.steps.push({ name, seconds: (Date.now() - started) / 1000, ok, text });
      console.log(ok ? `  ${text}` : styleText("red", `  ${text}`));
      return ok;
    };
    try {
      return note(
        true,
        await this.#phases.run(name, () => Promise.race([work(), this.#interrupted.promise])),
      );
    } catch (error) {
      return note(false, (error as Error).message);
    }
  }

  async #remove(): Promise<void> {
    console.log(`\n${styleText("bold", "Everything is taken away")}`);
    const organization = String(effective(this.#settings, "organization"));
    const made: Made = { appName: this.appName, organization, env: this.#env, stack: this.#stack };
    const started = Date.now();
    await this.#sendVisitorAway();
    // Read before they are gone, to search the recordings for them.
    if (this.#stack) this.#secrets = await this.#stack.secrets(new Commands());
    const { byName, failures } = await removeAll(made);
    const left = await leftOver(made).catch((error: Error) => [`unknown: ${error.message}`]);
    this.#report.removedByName = byName;
    this.#report.left = [...failures, ...left];
    const ok = this.#report.left.length === 0;
    const text = ok ? "nothing is left" : this.#report.left.join("; ");
    this.#report.steps.push({ name: "pulumi destroy", seconds: (Date.now() - started) / 1000, ok, text });
    // If something is left, only the stack's state can still find it.
    if (ok) await rm(this.#folder, { recursive: true, force: true });
    else console.error(`Something is left. The stack's state is in ${this.#folder}/state.`);
  }

  /** A visitor that is still joining is stopped first. Otherwise it would come back. */
  async #sendVisitorAway(): Promise<void> {
    const stop = () => stopService(this.#folder, visitorName(this.appName));
    await stop();
    await this.#visitor?.catch(() => undefined);
    await stop();
  }

  /** If a recording holds a secret of the stack, in whatever form, all recordings are deleted. */
  async #checkRecordings(): Promise<void> {
    const evidence = new Evidence();
    evidence.add("recordings", "flyctl.jsonl", await readFile(this.#recordings).catch(() => ""));
    const hits = evidence.hits(this.#secrets);
    if (hits.length === 0) return;
    console.error(styleText("red", `The recordings are thrown away: ${hits.join("; ")}`));
    await rm(this.#recordings, { force: true });
    this.#report.recordings = "";
  }
}
