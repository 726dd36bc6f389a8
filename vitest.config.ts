import { defineConfig } from "vitest/config";

/** Tests that start machines share two cores and one Docker daemon: one file at a time, and time enough for a slow day. */
const withMachines = { fileParallelism: false, testTimeout: 300_000, hookTimeout: 900_000 };

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
    ],
    // A file that holds no test, or a test that is skipped, is a mistake here and not a success.
    passWithNoTests: false,
    allowOnly: false,
  },
});
