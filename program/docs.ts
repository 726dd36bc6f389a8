/** `npm run docs` writes the generated parts; with `--check` it writes nothing and fails where one is stale. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generatedParts } from "./generated.ts";
import { type GeneratedPart, withPart } from "./generatedPart.ts";

const root = join(import.meta.dirname, "..");

/** The files whose generated parts differ from the tables that they are made from. */
export async function staleParts(parts: readonly GeneratedPart[] = generatedParts): Promise<string[]> {
  const stale = await Promise.all(
    parts.map(async (part) => {
      const content = await readFile(join(root, part.file), "utf8");
      return withPart(content, part) === content ? [] : [part.file];
    }),
  );
  return [...new Set(stale.flat())];
}

/** What to say of stale files; undefined where there are none. */
export const staleText = (files: readonly string[]): string | undefined =>
  files.length > 0 ? `${files.join(", ")}: a generated part is stale. Renew it: npm run docs` : undefined;

/** One part after the other, as a file can have several. */
async function writeParts(): Promise<void> {
  for (const part of generatedParts) {
    const path = join(root, part.file);
    await writeFile(path, withPart(await readFile(path, "utf8"), part));
  }
}

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const text = staleText(await staleParts());
    if (text) {
      console.error(text);
      process.exitCode = 1;
    }
  } else await writeParts();
}
