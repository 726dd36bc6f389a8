/**
 * `npm run sbom`: lists the Node packages of the project and of the image in test-results/, in CycloneDX's format. It reads only the lock
 * files: it needs no network and no installed packages.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { packageSets, resultsFolder } from "./packageSets.ts";

const bill = z.object({ components: z.array(z.object({ name: z.string(), version: z.string() })) });

await mkdir(resultsFolder, { recursive: true });
for (const { name, folder } of packageSets) {
  const text = await sbom(folder);
  const { components } = bill.parse(JSON.parse(text));
  const file = join(resultsFolder, `sbom-${name}.cdx.json`);
  await writeFile(file, text);
  console.log(`${file}: ${components.length} packages`);
}

/** npm demands a version of every package whose parts it lists. A package.json that only lists parts has none, so its copy gets one. */
async function sbom(folder: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "paperclip-on-fly-sbom-"));
  try {
    const description = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as object;
    await writeFile(join(copy, "package.json"), JSON.stringify({ version: "0.0.0", ...description }));
    await copyFile(join(folder, "package-lock.json"), join(copy, "package-lock.json"));
    const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
    return (await execa("npm", args, { cwd: copy })).stdout;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
