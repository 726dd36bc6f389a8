/** The figures that are measured, and what a series of their runs says. */
import type { Part } from "./parts.ts";

/** The two sides: the recipe that this project began with (for the program: the same commands by hand), and this project. */
export type Side = "seed" | "ours";
export const sides: Side[] = ["seed", "ours"];

/** A run's value; null if it was not done within the figure's limit. */
export type Value = number | null;

export interface Figure {
  part: Part;
  name: string;
  unit: "MB" | "KB" | "s" | "CPU s" | "calls" | "%";
  /** The subject, for a part that measures the figure on several, e.g. on several sizes of machines. */
  of?: string;
  /** Seconds after which a run is given up. */
  limitSeconds?: number;
  /** All runs of each side, in their order; empty if only the other side is measured. */
  runs: Record<Side, Value[]>;
}

export const minimum = (values: readonly Value[]) => Math.min(...values.map(orNever));

/** The middle value; Infinity if that run was not done. */
export function median(values: readonly Value[]): number {
  const sorted = values.map(orNever).toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return low === high ? low : (low + high) / 2;
}

const orNever = (value: Value) => value ?? Number.POSITIVE_INFINITY;

/** This project's median divided by the other side's; NaN if one of them has none. */
export function ratio({ runs }: Figure): number {
  const [ours, seed] = [median(runs.ours), median(runs.seed)];
  return Number.isFinite(ours) && Number.isFinite(seed) ? ours / seed : Number.NaN;
}

export const percent = (part: number) =>
  Number.isNaN(part) ? "–" : `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;

export const amount = (value: number) =>
  Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toFixed(value < 10 ? 2 : 1);
