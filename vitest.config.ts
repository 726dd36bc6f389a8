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

/** Files about the image that want the host for themselves. */
const alone = ["agents", "cpu", "hostKernel", "idle", "memory", "page", "watchdog"].map(
  (name) => `test/image/${name}.test.ts`,
);

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
      project("image", { ...twoAtATime(4), exclude: alone }),
      // Their machines are given work until CPU or memory is short, or change the host's settings: nothing else may run meanwhile.
      project("image-alone", { ...withMachines, include: alone }),
    ],
    // A file that holds no test, or a test that is skipped, is a mistake here and not a success.
    passWithNoTests: false,
    allowOnly: false,
  },
});
