/** What is measured, and what a series of runs says. */

/** What is compared: the recipe that this project began with (or, for the program, the same commands by hand), and this project. */
export type Side = "seed" | "ours";
export const sides: Side[] = ["seed", "ours"];

/** What can be measured alone, in the order in which it is told. */
export const parts = ["sizes", "machine", "cold", "program"] as const;
export type Part = (typeof parts)[number];

export interface Figure {
  part: Part;
  name: string;
  unit: "MB" | "KB" | "s" | "CPU s" | "calls";
  /** Every run of each side, in the order in which they were made. */
  runs: Record<Side, number[]>;
}

export const minimum = (values: number[]) => Math.min(...values);

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** This project's median as a part of the other side's. */
export const ratio = ({ runs }: Figure) => median(runs.ours) / median(runs.seed);

export const percent = (part: number) => `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;

export const amount = (value: number) =>
  Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toFixed(value < 10 ? 2 : 1);
