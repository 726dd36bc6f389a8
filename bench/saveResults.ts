/** Writes results.json together with what is made from it, the chart and the sections of two pages, so that they never differ. */
import { writeFile } from "node:fs/promises";
import { chart } from "./chart.ts";
import { writePages } from "./pages.ts";
import { files, type Results } from "./results.ts";

export async function saveResults(results: Results): Promise<void> {
  await writeFile(files.results, `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(files.chart, chart(results));
  await writePages(results);
}
