/**
 * The app's secrets, staged: the next release brings them into the machine, and so does any earlier start of it, e.g. after a crash. Until
 * that release the previous image runs with them. It can: it reads each secret by its name and runs without the optional ones, and only
 * optional ones are ever unset. Secrets come on standard input as one JSON object and go to flyctl on its standard input. Only new values are
 * staged: to Fly.io a secret that is set again waits for a release, even when its value is the same.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { parseShaped } from "../../json.ts";
import type { SecretVerbInputs } from "../../verbInputs.ts";
import * as ask from "../ask.ts";
import * as commands from "../commands.ts";
import { flyctl } from "../flyctl.ts";
import { formerSecrets } from "../formerSecrets.ts";
import { importLines } from "../secretsImport.ts";

type Inputs = SecretVerbInputs<"APP">;

/** What was staged before. The digests are in the verb's output, which is a secret itself. */
const staged = z.object({
  names: z.array(z.string()),
  digests: z.record(z.string(), z.string()).default({}),
});

export const create = (inputs: Inputs) => stage(inputs, { names: [], digests: {} });

export const update = (inputs: Inputs) => stage(inputs, inputs.previous(staged));

export async function remove({ input, previous }: Inputs) {
  await flyctl(input("APP"), commands.secrets.unset(input("APP"), previous(staged).names));
}

/**
 * Stages the wanted secrets that are new or missing, and unsets those that were there before and are no longer wanted. The release unsets those
 * that are variables of fly.toml now.
 */
async function stage({ input, stdin, progress }: Inputs, before: z.infer<typeof staged>) {
  const app = input("APP");
  const values = parseShaped(stdin, z.record(z.string(), z.string()), "the standard input of fly/secrets");
  const names = Object.keys(values).sort();
  const digests = Object.fromEntries(names.map((name) => [name, digest(values[name] ?? "")]));
  const there = before.names.length > 0 ? await namesAtFly(app) : [];
  const isNew = (name: string) => !there.includes(name) || before.digests[name] !== digests[name];
  const changed = Object.fromEntries(Object.entries(values).filter(([name]) => isNew(name)));
  progress(`staging ${Object.keys(changed).length} secrets of ${app}`);

  const { lines, rest } = importLines(changed);
  if (lines) await flyctl(app, commands.secrets.import(app), { input: lines });
  for (const [name, value] of Object.entries(rest)) {
    await flyctl(app, commands.secrets.set(app, name), { input: value });
  }
  const unwanted = before.names.filter((name) => !names.includes(name) && !formerSecrets.includes(name));
  if (unwanted.length > 0) await flyctl(app, commands.secrets.unset(app, unwanted));
  return { names, digests };
}

const digest = (value: string) => createHash("sha256").update(value).digest("hex");

const namesAtFly = async (app: string) => (await ask.secrets(app)).map(({ name }) => name);
