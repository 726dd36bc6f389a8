/**
 * `npm run bench`: builds the seed's image and this project's, measures them in turn and writes results.json and results.svg. A part
 * alone, whose figures replace those of the last time: `-- --only sizes`, `machine` or `program`.
 * `npm run bench -- --check` only builds this project's image and holds its size to budget.json.
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import Docker from "dockerode";
import { setUp } from "../local/toolchain/setup.ts";
import { budget, overBudget, weigh } from "./budget.ts";
import { chart } from "./chart.ts";
import { type Results, sides, table } from "./figures.ts";
import { buildArgs, buildSide, imageBytes, imageName, rebuild, startRegistry, versions } from "./images.ts";
import { live, newVolume, removeVolume } from "./machine.ts";
import { measureProgram } from "./program.ts";
import { Recorder } from "./recorder.ts";

const options = new Command()
  .option("--runs <number>", "runs a side", "5")
  .addOption(new Option("--only <part>", "one part").choices(["sizes", "machine", "program"]))
  .option("--check", "only hold the image's size to budget.json")
  .parse()
  .opts<{ runs: string; only?: string; check?: boolean }>();

const toolchain = await setUp();
const args = await buildArgs(toolchain);
const record = new Recorder();
await (options.check ? check() : measure(Number(options.runs)));

async function check() {
  await buildSide("ours", args);
  const actual = await weigh(imageName("ours"));
  const problems = overBudget(actual, await budget());
  console.log(problems.join("\n") || `within the budget: ${JSON.stringify(actual)}`);
  if (problems.length > 0) process.exitCode = 1;
}

async function measure(runs: number) {
  const wanted = (part: string) => !options.only || options.only === part;
  for (const side of sides) await buildSide(side, args);
  if (wanted("sizes")) await measureSizes(runs);
  if (wanted("machine")) await measureMachines(runs);
  if (wanted("program")) await measureProgram(runs, toolchain, record);

  const file = join(import.meta.dirname, "results.json");
  const earlier: Results["figures"] =
    options.only && existsSync(file) ? JSON.parse(await readFile(file, "utf8")).figures : [];
  const names = record.figures.map(({ name }) => name);
  const figures = [...earlier.filter(({ name }) => !names.includes(name)), ...record.figures];
  const results = {
    date: new Date().toISOString(),
    machine: await machine(),
    versions: await versions(),
    figures,
  };
  await writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(join(import.meta.dirname, "results.svg"), chart(results));
  console.log(`\n${table(results)}`);
}

async function measureSizes(runs: number) {
  const registry = await startRegistry(toolchain);
  try {
    for (const side of sides) {
      record.add("image, uncompressed", "MB", side, (await imageBytes(imageName(side))) / 1e6);
      record.add("first push", "MB", side, (await registry.push(side)) / 1e6);
    }
    for (let run = 0; run < runs; run++)
      for (const side of sides) {
        record.add("rebuild after a line of start.sh", "s", side, await rebuild(side, args, `run ${run}`));
        record.add("push after a line of start.sh", "KB", side, (await registry.push(side)) / 1e3);
      }
  } finally {
    await registry.stop();
    for (const side of sides) await buildSide(side, args);
  }
}

async function measureMachines(runs: number) {
  for (let run = 0; run < runs; run++)
    // In turn, so that both sides get their share of what else the host is doing.
    for (const side of run % 2 === 0 ? sides : sides.toReversed()) {
      const volume = await newVolume();
      try {
        const first = await live(imageName(side), volume);
        record.add("first boot to healthy", "s", side, first.bootSeconds);
        record.add("first boot, CPU", "CPU s", side, first.bootCpuSeconds);
        const again = await live(imageName(side), volume);
        record.add("restart to healthy", "s", side, again.bootSeconds);
        record.add("restart, CPU", "CPU s", side, again.bootCpuSeconds);
        record.add("idle memory", "MB", side, again.idleMegabytes);
        record.add("clean stop", "s", side, again.stopSeconds);
      } finally {
        await removeVolume(volume);
      }
    }
}

async function machine() {
  return {
    cpu: cpus()[0]?.model ?? "",
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    // Over the last five minutes: more than the number of CPUs means that the times are those of a busy host.
    load: Number(loadavg()[1]?.toFixed(1)),
    kernel: release(),
    docker: (await new Docker().version()).Version,
    node: process.versions.node,
    baseImages: toolchain.parts.find(({ name }) => name === "base images")?.from ?? "",
  };
}
