import { join } from "node:path";
import { z } from "zod";
import { type LocalStack, makeStack, stackOutputs } from "../../local/platform/stack.ts";
import type { Commands, Outcome } from "./commands.ts";
import type { LiveSettings } from "./settings.ts";

const root = join(import.meta.dirname, "../..");

/** Pulumi's commands that read the settings file. */
const takesSettings = ["up", "destroy", "config"];

/** The throw-away stack. Its state is in a folder of this machine, which is removed with it. */
export class LiveStack {
  readonly name: string;
  readonly appName: string;
  readonly env: Record<string, string>;
  readonly #stack: LocalStack;
  readonly #given: LiveSettings["secret"];

  private constructor(stack: LocalStack, given: LiveSettings["secret"]) {
    this.#stack = stack;
    this.#given = given;
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
    const stack = new LiveStack(await makeStack(folder, name, env, settings), secret);
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

  /** Runs a program of this repository about the stack, as `npm run ops -- …` does. */
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

  /** The secrets that the program has made, and those of the settings, by name. */
  async secrets(commands: Commands): Promise<Map<string, string>> {
    const { exitCode, stdout } = await this.pulumi(commands, ["stack", "export", "--show-secrets"]);
    const made = exitCode === 0 ? secretsOf(JSON.parse(stdout)) : [];
    return new Map([...made, ...Object.entries(this.#given).filter(([, value]) => !URL.canParse(value))]);
  }
}

/** The program's own default: PROJECT-STACK. */
export const appNameOf = (stack: string): string => `paperclip-${stack}`;

/** The outputs that are secrets of the program's making, by their names in the state. Many other outputs are only marked as secret. */
const secretOutputs = ["key", "result", "inviteUrl"];

const exported = z.object({
  deployment: z.object({
    resources: z.array(z.object({ urn: z.string(), outputs: z.record(z.string(), z.unknown()).default({}) })),
  }),
});
const decrypted = z.object({ plaintext: z.string() });

/** The secrets of a state that was exported with its secrets in clear. Only the last part of an address is secret. */
export function secretsOf(state: unknown): Map<string, string> {
  const { resources } = exported.parse(state).deployment;
  return new Map(
    resources.flatMap(({ urn, outputs }) =>
      secretOutputs.flatMap((name): [string, string][] => {
        const { data } = decrypted.safeParse(outputs[name]);
        const value = data && z.string().safeParse(JSON.parse(data.plaintext)).data;
        return value ? [[`${urn.split("::").at(-1)}'s ${name}`, value.split("/").at(-1) ?? value]] : [];
      }),
    ),
  );
}
