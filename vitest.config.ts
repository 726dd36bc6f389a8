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

const project = (name: string, options: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], pool: "forks" as const, ...options },
});

export default defineConfig({
  test: {
    projects: [
      project("unit"),
      project("contract", withMachines),
      project("engine", withMachines),
      project("image", withMachines),
      project("e2e", withMachines),
      project("security", withMachines),
    ],
    // A file that holds no test, or a test that is skipped, is a mistake here and not a success.
    passWithNoTests: false,
    allowOnly: false,
  },
});
