import { defineConfig } from "vitest/config";
import { type ProjectName, projectNames, projects } from "./local/projects.ts";

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

/** What a project has besides its folder of test/ and its name. */
const options: Record<ProjectName, object> = {
  unit: {},
  contract: twoAtATime(1),
  engine: twoAtATime(2),
  security: twoAtATime(3),
  image: { ...twoAtATime(4), exclude: alone },
  e2e: withMachines,
  // Their machines are given work until CPU or memory is short, or change the host's settings: nothing else may run meanwhile.
  "image-alone": { ...withMachines, maxConcurrency: 5, include: alone },
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
    // A file that holds no test, or a test that is skipped, is a mistake here and not a success.
    passWithNoTests: false,
    allowOnly: false,
  },
});
