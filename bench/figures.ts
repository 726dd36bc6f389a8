/** What is measured, and what a series of runs says. */
/** What is compared: the recipe that this project began with (or, for the program, the same commands by hand), and this project. */
export type Side = "seed" | "ours";
export const sides: Side[] = ["seed", "ours"];

export interface Figure {
  name: string;
  unit: "MB" | "KB" | "s" | "CPU s";
  /** Every run of each side, in the order in which they were made. */
  runs: Record<Side, number[]>;
}

export interface Results {
  /** ISO 8601. */
  date: string;
  machine: Record<string, string | number>;
  versions: Record<string, string>;
  figures: Figure[];
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

/** Whether both sides have it: there is no HTTPS in the tailnet without the program, for one. */
export const isCompared = ({ runs }: Figure) => runs.seed.length > 0 && runs.ours.length > 0;

/** This project's median as a part of the seed's. */
export const ratio = ({ runs }: Figure) => median(runs.ours) / median(runs.seed);

export const percent = (part: number) => `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`;

export const amount = (value: number) =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);

/** The results as a Markdown table. */
export function table({ figures }: Results): string {
  const rows = figures.filter(isCompared).map((figure) => {
    const cells = (["seed", "ours"] as const).map(
      (side) => `${amount(median(figure.runs[side]))} (${amount(minimum(figure.runs[side]))})`,
    );
    return `| ${figure.name} | ${figure.unit} | ${cells.join(" | ")} | ${percent(ratio(figure))} | ${figure.runs.ours.length} |`;
  });
  return [
    "| figure | unit | seed: median (min) | ours: median (min) | ours / seed | runs |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}
