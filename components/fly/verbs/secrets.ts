/**
 * The app's secrets, staged: the next release brings them into the machine, and so does any other start of it before, e.g. after a crash.
 * The image of the release before has to do with them meanwhile. It can: it reads each secret by its name and runs without those that are
 * optional, and only optional ones are ever unset. They come on standard input as one JSON object and go to flyctl on its standard input.
 * Only what is new is staged: Fly.io takes a secret that is set again, even to what it was, for one that waits for a release.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { parseJson } from "../../json.ts";
import type { VerbInputs } from "../../verb.ts";
import { flyctl, flyctlJson } from "../flyctl.ts";
import { formerSecrets } from "../formerSecrets.ts";
import { importLines } from "../secretsImport.ts";

/** What was staged before. The digests are in the verb's output, which is a secret itself. */
const staged = z.object({
  names: z.array(z.string()),
  digests: z.record(z.string(), z.string()).default({}),
});

const listed = z.array(z.object({ name: z.string() }));

export async function create(inputs: VerbInputs) {
  return stage(inputs, { names: [], digests: {} });
}

export async function update(inputs: VerbInputs) {
  return stage(inputs, staged.parse(inputs.previous));
}

export async function remove({ input, previous }: VerbInputs) {
  const app = input("APP");
  await flyctl(app, ["secrets", "unset", ...staged.parse(previous).names, "--stage", "--app", app]);
}

/**
 * Stages the wanted secrets that are new or missing, and unsets those that were there before and are no longer wanted. The release unsets those
 * that are variables of fly.toml now.
 */
async function stage({ input, stdin, progress }: VerbInputs, before: z.infer<typeof staged>) {
  const app = input("APP");
  const values = z
    .record(z.string(), z.string())
    .parse(parseJson(stdin, "the standard input of fly/secrets"));
  const names = Object.keys(values).sort();
  const digests = Object.fromEntries(names.map((name) => [name, digest(values[name] ?? "")]));
  const there = before.names.length > 0 ? await namesAtFly(app) : [];
  const isNew = (name: string) => !there.includes(name) || before.digests[name] !== digests[name];
  const changed = Object.fromEntries(Object.entries(values).filter(([name]) => isNew(name)));
  progress(`staging ${Object.keys(changed).length} secrets of ${app}`);

  const { lines, rest } = importLines(changed);
  if (lines) await flyctl(app, ["secrets", "import", "--stage", "--app", app], { input: lines });
  for (const [name, value] of Object.entries(rest)) {
    await flyctl(app, ["secrets", "set", `${name}=-`, "--stage", "--app", app], { input: value });
  }
  const unwanted = before.names.filter((name) => !names.includes(name) && !formerSecrets.includes(name));
  if (unwanted.length > 0) await flyctl(app, ["secrets", "unset", ...unwanted, "--stage", "--app", app]);
  return { names, digests };
}

const digest = (value: string) => createHash("sha256").update(value).digest("hex");

const namesAtFly = async (app: string) =>
  (await flyctlJson(app, ["secrets", "list", "--app", app], listed)).map(({ name }) => name);
