/** Tables in Markdown, and the texts of their cells. */
import { amount, type Figure, median, type Side, type Value } from "../figures.ts";

/** A side's median, or the limit within which it was not done. */
export function cell(figure: Figure | undefined, side: Side): string {
  const runs: readonly Value[] = figure?.runs[side] ?? [];
  if (!figure || runs.length === 0) return "–";
  const middle = median(runs);
  if (Number.isFinite(middle)) return amount(middle);
  return figure.limitSeconds ? `not in ${figure.limitSeconds} s` : "–";
}

/** A Markdown table; empty if it has no rows. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`.replace("|  |", "| |");
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
