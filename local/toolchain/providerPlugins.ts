import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

/** The provider plugins that the program's packages ask for, in the versions that package.json pins. */
export async function providers(): Promise<{ name: string; version: string }[]> {
  const text = await readFile(join(import.meta.dirname, "../../package.json"), "utf8");
  return Object.entries(manifest.parse(JSON.parse(text)).dependencies)
    .filter(([name]) => name.startsWith("@pulumi/") && name !== "@pulumi/pulumi")
    .map(([name, version]) => ({ name: name.slice("@pulumi/".length), version }));
}
