/**
 * The two pages with a section that is made from results.json. README.md has what helps to choose a size; bench/README.md has everything.
 * `node bench/pages.ts` writes both sections anew.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quotaSummary } from "./quota/tables.ts";
import { notYet, picture, section, withSection } from "./report.ts";
import { type Results, readResults } from "./results.ts";

/** README.md's section: it shows whether this is fast enough, and which size to take. Without results it says how to get some. */
export function summary(results: Results | undefined): string {
  if (!results) return notYet;
  return [picture("bench/results.svg"), ...quotaSummary(results)].join("\n\n");
}

export const pages = {
  readme: { file: join(import.meta.dirname, "../README.md"), section: summary },
  bench: { file: join(import.meta.dirname, "README.md"), section },
};

export async function writePages(results: Results): Promise<void> {
  for (const { file, section: made } of Object.values(pages)) {
    await writeFile(file, withSection(await readFile(file, "utf8"), made(results)));
  }
}

if (import.meta.main) {
  const results = await readResults();
  if (results) await writePages(results);
}
