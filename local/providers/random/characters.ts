// Random characters of the kinds that a password's inputs ask for.
import { randomInt } from "node:crypto";
import { Diagnostic } from "../planned/resource.ts";
import type { State } from "../planned/schema.ts";
import { ProviderError } from "../provider.ts";

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const lower = "abcdefghijklmnopqrstuvwxyz";
const numeric = "0123456789";
const defaultSpecial = "!@#$%&*()-_=+[]{}<>:?";

function choose(characters: string, count: number): string[] {
  if (count < 0) {
    throw new ProviderError(
      `a password cannot have ${count} characters of "${characters}": set no minimum below 0, and a length that is not below ` +
        "the sum of the minimums (the real plugin crashes here)",
    );
  }
  const choices = [...characters];
  return Array.from({ length: count }, () => choices[randomInt(choices.length)] ?? "");
}

function shuffle(items: string[]): string[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j] ?? "", shuffled[i] ?? ""];
  }
  return shuffled;
}

/**
 * A minimum holds even for a kind that is otherwise left out.
 * @param planned a password's inputs with their defaults
 */
export function randomCharacters(planned: State): string {
  const special = String(planned.overrideSpecial || defaultSpecial);
  const kinds = { upper, lower, numeric, special };
  const allowed = Object.entries(kinds)
    .filter(([kind]) => planned[kind] === true)
    .map(([, characters]) => characters)
    .join("");
  if (allowed === "") {
    throw new Diagnostic(
      "Random Read Error",
      "While attempting to generate a random value for this resource, a read error was generated.\n\nRetry the Terraform operation. " +
        "If the error still occurs or happens regularly, please contact the provider developer with hardware and operating " +
        "system information.\n\nOriginal Error: the character set specified is empty",
    );
  }
  // By characters, as upstream does: special ones that are exactly those of another kind share its entry.
  const minimums = new Map([
    [numeric, planned.minNumeric],
    [lower, planned.minLower],
    [upper, planned.minUpper],
    [special, planned.minSpecial],
  ]);
  const required = [...minimums].flatMap(([characters, minimum]) => choose(characters, Number(minimum)));
  return shuffle([...required, ...choose(allowed, Number(planned.length) - required.length)]).join("");
}
