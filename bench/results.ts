/** results.json: every run, and the progress of each part, so that a bench that was cut off continues where it stopped. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figure, Side, Value } from "./figures.ts";
import { isOfQuota, type Part, parts } from "./parts.ts";

export interface Results {
  /** ISO 8601, the time of the last pair. */
  date: string;
  /** The host that it was measured on. */
  machine: Record<string, string | number>;
  versions: Record<string, string>;
  /** How many pairs of runs each part has, and of which subject. */
  parts: Partial<Record<Part, Progress>>;
  figures: Figure[];
}

interface Progress {
  subject: string;
  pairs: number;
  /** Of each pair: the most CPUs that something else on the host kept busy (see host.ts). */
  othersCpus?: number[];
}

/** One value of one run. */
export interface Measured extends Omit<Figure, "part" | "runs"> {
  side: Side;
  value: Value;
}

/** Adds a value of the current run; undefined if it was not done in time. */
export type Add = (
  name: string,
  unit: Figure["unit"],
  value: number | undefined,
  more?: Pick<Figure, "of" | "limitSeconds">,
) => void;

const root = join(import.meta.dirname, "..");
export const files = {
  results: join(import.meta.dirname, "results.json"),
  chart: join(import.meta.dirname, "results.svg"),
};

/** The measurements so far; undefined if there are none. */
export async function readResults(): Promise<Results | undefined> {
  const text = await readFile(files.results, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Results);
}

/**
 * Adds a pair of runs, one of each side, to a part.
 *
 * @param othersCpus CPUs that something else on the host kept busy meanwhile
 */
export function addPair(
  results: Results,
  part: Part,
  subject: string,
  measured: readonly Measured[],
  othersCpus = 0,
): void {
  const progress = results.parts[part] ?? { subject, pairs: 0 };
  const others = [...(progress.othersCpus ?? []), Number(othersCpus.toFixed(2))];
  results.parts[part] = { ...progress, pairs: progress.pairs + 1, othersCpus: others };
  for (const { side, value, ...what } of measured) {
    const isSame = (one: Figure) => one.part === part && one.name === what.name && one.of === what.of;
    let figure = results.figures.find(isSame);
    if (!figure) {
      figure = { part, ...what, runs: { seed: [], ours: [] } };
      results.figures.push(figure);
    }
    figure.runs[side].push(value === null ? null : Number(value.toPrecision(6)));
  }
  results.figures.sort((a, b) => parts.indexOf(a.part) - parts.indexOf(b.part));
}

/** Drops the measurements of a part unless they are of the same subject. Returns how many pairs are left. */
export function keepOnly(results: Results, part: Part, subject: string): number {
  const progress = results.parts[part];
  if (progress?.subject === subject) return progress.pairs;
  delete results.parts[part];
  results.figures = results.figures.filter((figure) => figure.part !== part);
  return 0;
}

/** What a part measures, as a hash, so that runs of two different images do not go into one figure. */
export async function subjectOf(part: Part): Promise<string> {
  const folders = part === "program" ? ["docker", "components"] : ["docker", "bench/seed"];
  // The emulated CPU is part of what is measured.
  if (isOfQuota(part)) folders.push("local/fly/cpu");
  const hash = createHash("sha256");
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    for (const path of paths.sort()) hash.update(path.slice(root.length)).update(await readFile(path));
  }
  return hash.digest("hex").slice(0, 16);
}
