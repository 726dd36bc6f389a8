/**
 * `npm run bench`: builds the seed's image and this project's, measures them in turn and writes results.json and results.svg.
 * `npm run bench -- --check` only builds this project's and holds its size to budget.json.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { setUp } from "../local/toolchain/setup.ts";
import { budget, overBudget, weigh } from "./budget.ts";
import { chart } from "./chart.ts";
import { type Figure, type Results, table } from "./figures.ts";
import {
  buildArgs,
  buildSide,
  imageBytes,
  imageName,
  rebuild,
  type Side,
  sides,
  startRegistry,
  versions,
} from "./images.ts";
import { live, newVolume, removeVolume } from "./machine.ts";

const options = new Command()
  .option("--runs <number>", "runs a side", "5")
  .option("--check", "only hold the image's size to budget.json")
  .parse()
  .opts<{ runs: string; check?: boolean }>();

const toolchain = await setUp();
const args = await buildArgs(toolchain);
await (options.check ? check() : measure(Number(options.runs)));

async function check() {
  await buildSide("ours", args);
  const actual = await weigh(imageName("ours"));
  const problems = overBudget(actual, await budget());
  console.log(problems.join("\n") || `within the budget: ${JSON.stringify(actual)}`);
  if (problems.length > 0) process.exitCode = 1;
}

async function measure(runs: number) {
  const figures: Figure[] = [];
  const record = (name: string, unit: Figure["unit"], side: Side, value: number) => {
    if (!figures.some((figure) => figure.name === name))
      figures.push({ name, unit, runs: { seed: [], ours: [] } });
    figures.find((figure) => figure.name === name)?.runs[side].push(value);
    console.log(`${side}: ${name} ${value.toFixed(2)} ${unit}`);
  };

  const registry = await startRegistry(toolchain);
  try {
    for (const side of sides) {
      await buildSide(side, args);
      record("image, uncompressed", "MB", side, (await imageBytes(imageName(side))) / 1e6);
      record("first push", "MB", side, (await registry.push(side)) / 1e6);
    }
    for (let run = 0; run < runs; run++)
      for (const side of sides) {
        record("rebuild after one line of start.sh", "s", side, await rebuild(side, args, `run ${run}`));
        record("push after one line of start.sh", "KB", side, (await registry.push(side)) / 1e3);
      }
  } finally {
    await registry.stop();
  }
  for (const side of sides) await buildSide(side, args);

  for (let run = 0; run < runs; run++)
    // In turn, so that a busy hour of the host is shared alike.
    for (const side of run % 2 === 0 ? sides : sides.toReversed()) {
      const volume = await newVolume();
      try {
        const first = await live(imageName(side), volume);
        record("first boot to healthy", "s", side, first.bootSeconds);
        record("first boot, CPU", "CPU s", side, first.bootCpuSeconds);
        const again = await live(imageName(side), volume);
        record("restart to healthy", "s", side, again.bootSeconds);
        record("restart, CPU", "CPU s", side, again.bootCpuSeconds);
        record("idle memory", "MB", side, again.idleMegabytes);
        record("clean stop", "s", side, again.stopSeconds);
      } finally {
        await removeVolume(volume);
      }
    }

  const results: Results = {
    date: new Date().toISOString(),
    machine: await machine(),
    versions: await versions(),
    figures,
  };
  await writeFile(join(import.meta.dirname, "results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(join(import.meta.dirname, "results.svg"), chart(results));
  console.log(`\n${table(results)}`);
}

async function machine() {
  const docker = await promisify(execFile)("docker", ["version", "--format", "{{.Server.Version}}"]);
  return {
    cpu: cpus()[0]?.model ?? "",
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    loadAtTheEnd: loadavg()[1]?.toFixed(1) ?? "",
    kernel: release(),
    docker: docker.stdout.trim(),
    node: process.versions.node,
    baseImages: toolchain.parts.find(({ name }) => name === "base images")?.from ?? "",
  };
}
