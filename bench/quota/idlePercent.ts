import { median, type Side } from "../figures.ts";
import type { Results } from "../results.ts";

/**
 * What idling takes of a core, in per cent, as it was measured.
 *
 * @throws Error where it was not
 */
export function idlePercentOf({ figures }: Pick<Results, "figures">, side: Side): number {
  const figure = figures.find(({ part, name }) => part === "quota/idle" && name === "idle");
  if (!figure) throw new Error("what idling takes is not measured yet: `npm run bench -- --only quota/idle`");
  return median(figure.runs[side]);
}
