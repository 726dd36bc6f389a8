import { readFile, writeFile } from "node:fs/promises";
import { chart } from "./chart.ts";
import { section, withSection } from "./report.ts";
import { files, type Results } from "./results.ts";

/** Writes results.json, and with it what is made of it: the chart and the README's section. They never differ. */
export async function saveResults(results: Results): Promise<void> {
  await writeFile(files.results, `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(files.chart, chart(results));
  await writeFile(files.readme, withSection(await readFile(files.readme, "utf8"), section(results)));
}
