/** What is measured, and what a series of runs says. */
import type { Part } from "./parts.ts";

/** What is compared: the recipe that this project began with (or, for the program, the same commands by hand), and this project. */
export type Side = "seed" | "ours";
export const sides: Side[] = ["seed", "ours"];

/** A run's value; null where it was not done within the figure's limit. */
export type Value = number | null;

export interface Figure {
  part: Part;
  name: string;
  unit: "MB" | "KB" | "s" | "CPU s" | "calls" | "%";
  /** What it was measured on, where a part measures it on several things. */
  of?: string;
  /** Seconds after which nobody waited any more. */
  limitSeconds?: number;
  /** Every run of each side, in the order in which they were made; none where only the other side is measured. */
  runs: Record<Side, Value[]>;
}

export const minimum = (values: readonly Value[]) => Math.min(...values.map(orNever));

/** The middle one; Infinity where that was not done. */
export function median(values: readonly Value[]): number {
  const sorted = values.map(orNever).toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return low === high ? low : (low + high) / 2;
}

const orNever = (value: Value) => value ?? Number.POSITIVE_INFINITY;

/** This project's median as a part of the other side's; NaN where one of them has none. */
export function ratio({ runs }: Figure): number {
  const [ours, seed] = [median(runs.ours), median(runs.seed)];
  return Number.isFinite(ours) && Number.isFinite(seed) ? ours / seed : Number.NaN;
}

export const percent = (part: number) =>
  Number.isNaN(part) ? "–" : `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;

export const amount = (value: number) =>
  Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toFixed(value < 10 ? 2 : 1);
