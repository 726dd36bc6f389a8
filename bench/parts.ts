/** The parts that can be measured on their own, and the time that each takes. */

/** In the order in which they are measured: `quota/hour` needs to know what idling takes. */
export const parts = [
  "sizes",
  "machine",
  "cold",
  "quota/idle",
  "quota/new",
  "quota/empty",
  "quota/hour",
  "quota/disks",
  "quota/busy",
  "quota/growth",
  "quota/sizes",
  "program",
] as const;
export type Part = (typeof parts)[number];

export type QuotaPart = Extract<Part, `quota/${string}`>;

export const isOfQuota = (part: Part): part is QuotaPart => part.startsWith("quota/");

/** What the figures of a part are compared with. */
export const baseline = (part: Part) => (part === "program" ? "by hand" : "seed's recipe");

/** Words for `--only`: a part, or all parts of a group. */
export const selections = [...parts, "quota"] as const;
export type Selection = (typeof selections)[number];

export const selected = (selection: Selection | undefined): readonly Part[] =>
  parts.filter((part) => selection === undefined || part === selection || part.startsWith(`${selection}/`));

/** Pairs of runs of a part, unless another number is given. */
export const usualRuns = (part: Part): number => plan[part].runs;

/** Minutes that a pair of runs of a part takes on two cores, once the images are built. */
export const usualMinutes = (part: Part): number => plan[part].minutes;

const plan: Record<Part, { runs: number; minutes: number }> = {
  sizes: { runs: 5, minutes: 2 },
  machine: { runs: 5, minutes: 3 },
  cold: { runs: 5, minutes: 1 },
  "quota/idle": { runs: 1, minutes: 30 },
  "quota/new": { runs: 1, minutes: 15 },
  "quota/empty": { runs: 1, minutes: 30 },
  "quota/hour": { runs: 1, minutes: 20 },
  "quota/disks": { runs: 1, minutes: 20 },
  "quota/busy": { runs: 1, minutes: 25 },
  "quota/growth": { runs: 1, minutes: 24 },
  "quota/sizes": { runs: 1, minutes: 12 },
  program: { runs: 5, minutes: 10 },
};
