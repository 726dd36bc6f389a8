import { defineConfig } from "vitest/config";

/**
 * Tests that start machines share two cores and one Docker daemon: one file at a time, few at once in those that mostly wait, and time
 * enough for a slow day.
 */
const withMachines = {
  fileParallelism: false,
  maxConcurrency: 4,
  testTimeout: 600_000,
  hookTimeout: 900_000,
};

/**
 * Files that each have a platform or a machine of their own and mostly wait for it: two at a time, which takes half as long.
 *
 * @param groupOrder when the project's turn is; those of one file at a time come after all that have a number
 */
const twoAtATime = (groupOrder: number) => ({
  ...withMachines,
  fileParallelism: true,
  maxWorkers: 2,
  sequence: { groupOrder },
});

const project = (name: string, options: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], pool: "forks" as const, ...options },
});

export default defineConfig({
  test: {
    projects: [
      project("unit"),
      project("contract", twoAtATime(1)),
      project("engine", twoAtATime(2)),
      project("security", twoAtATime(3)),
      project("e2e", withMachines),
      // Its machines are given work until memory is short, which takes as long as it takes only on a host that does nothing else.
      project("image", withMachines),
    ],
    // A file that holds no test, or a test that is skipped, is a mistake here and not a success.
    passWithNoTests: false,
    allowOnly: false,
  },
});
