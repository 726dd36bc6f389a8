import { defineConfig } from "vitest/config";
import { aloneOnTheHost, type ProjectName, projectNames, projects } from "./local/projects.ts";

/**
 * Tests that start machines share two cores and one Docker daemon. One file runs at a time, and few of its tests at once; the limits of time
 * are those of a slow day.
 */
const withMachines = {
  fileParallelism: false,
  maxConcurrency: 4,
  testTimeout: 600_000,
  hookTimeout: 900_000,
};

/**
 * For files that have a platform or a machine of their own and mostly wait for it: three at a time, of whatever project, keep two cores at
 * work. Projects without a turn come last.
 */
const threeAtATime = {
  ...withMachines,
  fileParallelism: true,
  maxWorkers: 3,
  sequence: { groupOrder: 1 },
};

/** Options of each project; its folder of test/ has its name. */
const options: Record<ProjectName, object> = {
  // Most tests take milliseconds. The limit is that of a host with much else to do, where starting a program takes seconds. By default one of two
  // cores would stay idle.
  unit: { testTimeout: 30_000, hookTimeout: 30_000, maxWorkers: "100%" },
  contract: threeAtATime,
  engine: threeAtATime,
  security: threeAtATime,
  image: { ...threeAtATime, exclude: aloneOnTheHost },
  e2e: withMachines,
  // These tests push machines to their limit of memory or CPU, or change the host's settings: their timing needs an otherwise idle host.
  "image-alone": { ...withMachines, maxConcurrency: 5, include: aloneOnTheHost },
};

const project = (name: ProjectName) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: "forks" as const,
    globalSetup: projects[name].needs.length > 0 ? ["test/support/requireSetUp.ts"] : [],
    ...options[name],
  },
});

export default defineConfig({
  test: {
    projects: projectNames.map(project),
    // A file without a test and a skipped test are mistakes.
    passWithNoTests: false,
    allowOnly: false,
  },
});
