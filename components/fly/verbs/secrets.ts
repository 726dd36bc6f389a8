/**
 * The app's secrets, staged: the next release brings them into the machine. They come on standard input as one JSON object and go to
 * flyctl on its standard input.
 */
import { z } from "zod";
import { parseJson } from "../../json.ts";
import type { VerbInputs } from "../../verb.ts";
import { flyctl } from "../flyctl.ts";
import { importLines } from "../secretsImport.ts";

const named = z.object({ names: z.array(z.string()) });

export async function create(inputs: VerbInputs) {
  return stage(inputs, []);
}

export async function update(inputs: VerbInputs) {
  return stage(inputs, named.parse(inputs.previous).names);
}

export async function remove({ input, previous }: VerbInputs) {
  const app = input("APP");
  await flyctl(app, ["secrets", "unset", ...named.parse(previous).names, "--stage", "--app", app]);
}

/** Stages the wanted secrets and unsets those that were there before and are no longer wanted. */
async function stage({ input, stdin, progress }: VerbInputs, before: string[]) {
  const app = input("APP");
  const values = z
    .record(z.string(), z.string())
    .parse(parseJson(stdin, "the standard input of fly/secrets"));
  const names = Object.keys(values).sort();
  progress(`staging ${names.length} secrets of ${app}`);

  const { lines, rest } = importLines(values);
  if (lines) await flyctl(app, ["secrets", "import", "--stage", "--app", app], { input: lines });
  for (const [name, value] of Object.entries(rest)) {
    await flyctl(app, ["secrets", "set", `${name}=-`, "--stage", "--app", app], { input: value });
  }
  const unwanted = before.filter((name) => !names.includes(name));
  if (unwanted.length > 0) await flyctl(app, ["secrets", "unset", ...unwanted, "--stage", "--app", app]);
  return { names };
}
