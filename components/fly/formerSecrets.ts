/**
 * Secrets of earlier versions that are variables of fly.toml now. At Fly.io a secret goes before a variable of the same name, so it has to go.
 * But until the release the machine knows the value only from the secret, and any start of the machine brings in what is staged. So a release
 * first gives the secret the value of fly.toml, which is right whichever of the two the machine takes, and removes it once the machine runs.
 */
import { parse } from "smol-toml";
import { z } from "zod";
import type { PlainVariable } from "../settings/variables.ts";
import * as ask from "./ask.ts";
import * as commands from "./commands.ts";
import { flyctl } from "./flyctl.ts";
import { importLines } from "./secretsImport.ts";

/** Can go when no stack is left that was made by 0.1.0. */
export const formerSecrets: readonly string[] = ["TAILNET_DNS"] satisfies PlainVariable[];

/** What a release prints about them. Releases of earlier versions print nothing. */
export const releasedBefore = z.object({ formerSecrets: z.array(z.string()).default([]) });

const environment = z.object({ env: z.record(z.string(), z.string()).default({}) });
const environmentOf = (flyToml: string) => environment.parse(parse(flyToml)).env;

/** The former secrets that this fly.toml has a value for. That of 0.1.0 has none: there the secret is the only source. */
export const formerSecretsIn = (flyToml: string): string[] =>
  formerSecrets.filter((name) => name in environmentOf(flyToml));

/**
 * Gives the former secrets that the app still has the values of fly.toml, staged.
 *
 * @param previous what the last release printed: it tells for which secrets this is done already
 * @returns their names
 */
export async function replaceFormerSecrets(
  app: string,
  flyToml: string,
  previous: z.infer<typeof releasedBefore>,
): Promise<string[]> {
  const left = formerSecretsIn(flyToml).filter((name) => !previous.formerSecrets.includes(name));
  if (left.length === 0) return [];
  const there = await ask.secrets(app);
  const names = left.filter((name) => there.some((secret) => secret.name === name));
  if (names.length === 0) return [];
  const env = environmentOf(flyToml);
  const values = Object.fromEntries(names.map((name) => [name, env[name] ?? ""]));
  await flyctl(app, commands.secrets.import(app), { input: importLines(values).lines });
  return names;
}

/** Removes them, when the machine runs with the variables of fly.toml. */
export async function removeFormerSecrets(app: string, names: readonly string[]): Promise<void> {
  if (names.length > 0) await flyctl(app, commands.secrets.unset(app, names));
}
