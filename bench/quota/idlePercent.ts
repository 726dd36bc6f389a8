import { median, type Side } from "../figures.ts";
import type { Results } from "../results.ts";

/**
 * The measured CPU of an idle machine, in per cent of a core.
 *
 * @throws Error if it has not been measured
 */
export function idlePercentOf({ figures }: Pick<Results, "figures">, side: Side): number {
  const figure = figures.find(({ part, name }) => part === "quota/idle" && name === "idle");
  if (!figure) throw new Error("what idling takes is not measured yet: `npm run bench -- --only quota/idle`");
  return median(figure.runs[side]);
}
