import { join } from "node:path";
import { type LocalStack, makeStack, stackOutputs } from "../../local/platform/stack.ts";
import type { Commands, Outcome } from "./commands.ts";
import type { LiveSettings } from "./settings.ts";

const root = join(import.meta.dirname, "../..");

/** Those of Pulumi's commands that read the settings' file. */
const takesSettings = ["up", "destroy", "config"];

/** The throw-away stack: its state is in a folder of this machine, which goes with it. */
export class LiveStack {
  readonly name: string;
  readonly appName: string;
  readonly env: Record<string, string>;
  readonly #stack: LocalStack;

  private constructor(stack: LocalStack) {
    this.#stack = stack;
    this.name = stack.name;
    this.appName = appNameOf(stack.name);
    this.env = stack.env;
  }

  static async make(
    { plain, secret }: LiveSettings,
    {
      name,
      folder,
      env,
      commands,
    }: { name: string; folder: string; env: Record<string, string>; commands: Commands },
  ): Promise<LiveStack> {
    const settings = Object.fromEntries(
      Object.entries(plain).map(([key, value]) => [`paperclip:${key}`, value]),
    );
    const stack = new LiveStack(await makeStack(folder, name, env, settings));
    for (const [path, value] of Object.entries(secret)) {
      const { exitCode, output } = await stack.pulumi(
        commands,
        ["config", "set", "--secret", "--path", path],
        {
          input: value,
        },
      );
      if (exitCode !== 0) throw new Error(`The setting ${path} is refused:\n${output}`);
    }
    return stack;
  }

  /** Runs pulumi for this stack. */
  pulumi(
    commands: Commands,
    args: string[],
    options: { input?: string; shown?: boolean } = {},
  ): Promise<Outcome> {
    const about = takesSettings.includes(args[0] ?? "") ? this.#stack.args : ["--stack", this.name];
    const words = [...args, ...about, "--non-interactive", "--color", "never"];
    return commands.run("pulumi", words, { cwd: root, env: this.env, ...options });
  }

  /** What a program of this repository does about the stack, as `npm run ops -- …` does it. */
  ops(commands: Commands, command: string): Promise<Outcome> {
    const args = ["ops/main.ts", command, "--stack", this.name];
    return commands.run(process.execPath, args, {
      cwd: root,
      env: { ...this.env, NO_COLOR: "1" },
      shown: true,
    });
  }

  outputs(): Promise<Record<string, string>> {
    return stackOutputs(this.#stack);
  }

  /** Every secret that the state holds, by where it is. */
  async secrets(commands: Commands): Promise<Map<string, string>> {
    const { exitCode, stdout } = await this.pulumi(commands, ["stack", "export", "--show-secrets"]);
    return exitCode === 0 ? secretsOf(JSON.parse(stdout)) : new Map();
  }
}

/** The program's own default: PROJECT-STACK. */
export const appNameOf = (stack: string): string => `paperclip-${stack}`;

/** A secret is an object with Pulumi's own mark and its value as JSON. */
export function secretsOf(value: unknown, path = "state"): Map<string, string> {
  if (value === null || typeof value !== "object") return new Map();
  const { plaintext } = value as { plaintext?: unknown };
  if (typeof plaintext === "string") return textsOf(JSON.parse(plaintext), path);
  return new Map(Object.entries(value).flatMap(([key, one]) => [...secretsOf(one, `${path}.${key}`)]));
}

/** The texts that are long enough to be secrets: a part of a table of them may be `true`. Of an address only its end is one. */
function textsOf(value: unknown, path: string): Map<string, string> {
  if (typeof value === "string") {
    const text = URL.canParse(value) ? (new URL(value).pathname.split("/").at(-1) ?? "") : value;
    return new Map(text.length < 8 ? [] : [[path, text]]);
  }
  if (value === null || typeof value !== "object") return new Map();
  return new Map(Object.entries(value).flatMap(([key, one]) => [...textsOf(one, `${path}.${key}`)]));
}
