/**
 * Runs one verb: `node components/verb.mjs "fly/app create"`. That is what every command resource starts; stacks that are older than
 * verb.mjs start this file itself, so that it stays where it is.
 *
 * A verb reads its inputs from the environment and, where they are secret, from standard input. It prints one JSON document on standard
 * output and, for people, lines on standard error: progress, or the one message that says what went wrong and how to fix it.
 */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseJson } from "./json.ts";

// An update starts ten verbs, each of which else compiles the same packages anew: a third of the time until it begins.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compile"));

/** What a verb gets. */
export interface VerbInputs {
  /** An input by its name in the resource's `environment`. */
  input(name: string): string;
  /** Standard input, empty where the resource has none. */
  stdin: string;
  /** What the verb printed the last time; undefined in a create. */
  previous: unknown;
  /** Tells people what is going on. */
  progress(line: string): void;
}

/** The verbs of one object. What they return is printed as JSON and becomes the resource's output. */
export interface Verbs {
  create(inputs: VerbInputs): Promise<unknown>;
  update(inputs: VerbInputs): Promise<unknown>;
  remove(inputs: VerbInputs): Promise<void>;
}

async function main([object = "", action = ""]: string[]) {
  const [, area, name] = /^([a-zA-Z]+)\/([a-zA-Z]+)$/.exec(object) ?? [];
  if (!name) throw new Error('usage: node components/verb.mjs "AREA/OBJECT create|update|remove"');
  const verbs = (await import(`./${area}/verbs/${name}.ts`)) as Verbs;
  const previous = process.env.PULUMI_COMMAND_STDOUT;
  const inputs: VerbInputs = {
    input(name) {
      const value = process.env[name];
      if (value === undefined) throw new Error(`${object} ${action}: ${name} is not set`);
      return value;
    },
    stdin: process.stdin.isTTY ? "" : await text(process.stdin),
    previous: previous ? parseJson(previous, `what ${object} printed the last time`) : undefined,
    progress: (line) => process.stderr.write(`${line}\n`),
  };
  if (action === "remove") return verbs.remove(inputs);
  if (action !== "create" && action !== "update") throw new Error(`${object} has no verb "${action}"`);
  process.stdout.write(JSON.stringify(await verbs[action](inputs)));
}

try {
  await main(process.argv.slice(2).flatMap((words) => words.split(" ")));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
