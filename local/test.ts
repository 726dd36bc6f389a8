/**
 * `npm test`: sets up what the tests need on this machine, runs all of them, and ends with a line `N passed, N failed`. Words after `npm
 * test --` go to vitest; with `--project NAME` only what that project needs is set up (projects.ts). If a test tells a story in phases,
 * their times and memory are shown before that line and kept in test-results/phases.json.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { z } from "zod";
import { cpuProblem } from "./fly/cpu/problem.ts";
import { forgetPhases, phaseTable, recordedPhases, recordPhase } from "./phases.ts";
import { chosenProjects, needsOf, projectSeconds } from "./projects.ts";
import { reportParts } from "./report.ts";
import { setUp } from "./toolchain/setup.ts";

const results = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(z.object({ name: z.string(), startTime: z.number(), endTime: z.number() })),
});

const root = join(import.meta.dirname, "..");
const started = Date.now();
const words = process.argv.slice(2);
const needed = needsOf(chosenProjects(words));
const toolchain = await setUp(needed);
const problem = needed.includes("docker") ? await cpuProblem(new Docker()) : undefined;
if (problem !== undefined)
  throw new Error(`Machines on this host do not have the CPU of Fly.io's: ${problem}`);
await forgetPhases();
await recordPhase({ story: "this host", name: "set-up", seconds: (Date.now() - started) / 1000 });
const folder = await mkdtemp(join(tmpdir(), "paperclip-on-fly-test-"));
try {
  const report = join(folder, "results.json");
  const args = ["run", "--reporter=verbose", "--reporter=json", `--outputFile.json=${report}`, ...words];
  const env = { PATH: toolchain.path, PAPERCLIP_ON_FLY_TOOLCHAIN: JSON.stringify(toolchain) };
  const { exitCode } = await execa("vitest", args, { env, stdio: "inherit", reject: false });
  const counts = results.parse(JSON.parse(await readFile(report, "utf8")));
  const runs = counts.testResults.map(({ name, ...times }) => ({ file: relative(root, name), ...times }));
  for (const { project, seconds } of projectSeconds(runs))
    await recordPhase({ story: "this host", name: `the project ${project}`, seconds });

  if (needed.length > 0) {
    console.log("\nWhat was real and what stood in");
    reportParts(toolchain);
    console.log("\nHow long it took, and the most memory that the machine had in use");
    console.log(phaseTable(await recordedPhases()));
  }
  const skipped = counts.numPendingTests + counts.numTodoTests;
  // A file that does not load and a test that does not run count as failures, so that nothing is skipped in silence.
  const failed = Math.max(
    counts.numFailedTests + skipped,
    counts.numFailedTestSuites > 0 || exitCode !== 0 ? 1 : 0,
  );
  if (skipped > 0) console.log(`${skipped} tests were skipped, which counts as failed`);
  console.log(`\n${counts.numPassedTests} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
