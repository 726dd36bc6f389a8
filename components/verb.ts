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
import { lifecycle, type ObjectName } from "./lifecycle.ts";
import { type SecretVerbInputs, type Verbs, verbInputs } from "./verbInputs.ts";

// An update starts ten verbs. Without the cache each of them compiles the same packages anew, a third of the time until it begins.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compile"));

async function main([object = "", action = ""]: string[]) {
  const verbs = await load(object);
  if (action !== "create" && action !== "update" && action !== "remove")
    throw new Error(`${object} has no verb "${action}"; ${usage}`);
  const inputs = verbInputs(object, {
    environment: process.env,
    stdin: process.stdin.isTTY ? "" : await text(process.stdin),
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  const outputs = await verbs[action](inputs);
  if (action !== "remove") process.stdout.write(JSON.stringify(outputs));
}

const isObject = (name: string): name is ObjectName => Object.hasOwn(lifecycle, name);

/** Which inputs there are is checked where the resource is made, so here any object's verbs take those of the environment. */
async function load(object: string): Promise<Verbs<SecretVerbInputs<string>, object>> {
  if (isObject(object)) return lifecycle[object]() as Promise<Verbs<SecretVerbInputs<string>, object>>;
  throw new Error(
    `This version of the program knows no object "${object}"; ${usage}.\n` +
      "A stack that another version has made is updated and destroyed with that version or a later one.",
  );
}

const usage = `usage: node components/verb.mjs "OBJECT create|update|remove", OBJECT being ${Object.keys(lifecycle).join(", ")}`;

try {
  await main(process.argv.slice(2).flatMap((words) => words.split(" ")));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
