/** The phases of the tests' stories: the tests record them, and `npm test` shows them at its end. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface Phase {
  /** The story that the phase is a part of. */
  story: string;
  name: string;
  seconds: number;
  /** Peak memory and swap of the machine, in MB; absent if there was no machine. */
  memoryMb?: number;
  swapMb?: number;
}

const file = join(import.meta.dirname, "../test-results/phases.json");

/** The phases since the record was last emptied. */
export async function recordedPhases(): Promise<Phase[]> {
  return JSON.parse(await readFile(file, "utf8").catch(() => "[]")) as Phase[];
}

/** Adds a phase to test-results/phases.json. Only one process at a time does this, because test files do not run side by side. */
export async function recordPhase(phase: Phase): Promise<void> {
  const phases = [...(await recordedPhases()), phase];
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(phases, undefined, 2)}\n`);
}

export const forgetPhases = () => rm(file, { force: true });

/** The phases as a table for people. */
export function phaseTable(phases: readonly Phase[]): string {
  const rows = [
    ["story", "phase", "seconds", "memory", "swap"],
    ...phases.map(({ story, name, seconds, memoryMb, swapMb }) => [
      story,
      name,
      seconds.toFixed(1),
      memoryMb === undefined ? "" : `${memoryMb} MB`,
      swapMb === undefined ? "" : `${swapMb} MB`,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  // Words are aligned to the left, numbers to the right.
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}
