/** A script says what the model answers in a conversation. One YAML file each; the tests' own are in `scripts/`. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const tokens = z.number().int().nonnegative();

/** Tokens of a turn, as the API counts them. */
const usage = z.strictObject({
  input: tokens,
  output: tokens,
  cacheWrite: tokens.default(0),
  cacheRead: tokens.default(0),
});

const block = z.union([
  z.strictObject({ text: z.string() }),
  /** A tool call; `{{cwd}}` in its input is the folder in which the agent works. */
  z.strictObject({ tool: z.string(), input: z.record(z.string(), z.json()) }),
]);

const turn = z.strictObject({
  /** Text that the previous tool's result must contain; any other result is refused. */
  after: z.string().optional(),
  /** Name of a gate: the answer waits there, with pings, until a test opens it. */
  gate: z.string().optional(),
  say: z.array(block).min(1),
  /** Default: estimated from the texts. */
  usage: usage.optional(),
});

const shape = z.strictObject({
  /** How the task is recognised. Turns count from the latest prompt that matches. */
  when: z
    .strictObject({
      /** Text in something that the user says. */
      prompt: z.string().min(1).optional(),
      /** Text in the system prompt, for an agent program's side requests. */
      system: z.string().min(1).optional(),
    })
    .refine(
      (when) => when.prompt !== undefined || when.system !== undefined,
      "needs a prompt or a system text",
    ),
  turns: z.array(turn).min(1),
});

export type Turn = z.infer<typeof turn>;
export type Usage = z.infer<typeof usage>;
/** A script with the name of its file. */
export type Script = z.infer<typeof shape> & { name: string };

/**
 * A script out of its text.
 *
 * @throws Error naming the script and everything that is wrong with it.
 */
export function parseScript(name: string, text: string): Script {
  const result = shape.safeParse(parse(text));
  if (result.success) return { name, ...result.data };
  throw new Error(`The script ${name} is wrong:\n${z.prettifyError(result.error)}`);
}

/** The scripts of a folder in the order of their names. If two match, the first one plays. */
export function readScripts(folder: string): Script[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  if (files.length === 0) throw new Error(`There is no script (NAME.yaml) in ${folder}`);
  return files
    .sort()
    .map((file) => parseScript(basename(file, ".yaml"), readFileSync(join(folder, file), "utf8")));
}
