import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { onPath } from "../../local/toolchain/onPath.ts";

/** A folder for the front of a PATH. */
export interface OldNode {
  folder: string;
  version: string;
}

/**
 * A Node.js that is too old: one of this machine if it has one, otherwise the present one made to look old (it reads no TypeScript and says
 * that it is 20).
 */
export async function oldNode(folder: string): Promise<OldNode> {
  const bin = join(folder, "old-node");
  await mkdir(bin, { recursive: true });
  const found = await installedOldNode();
  const version = found?.version ?? "20.19.0";
  const claim = join(bin, "claim.cjs");
  await writeFile(claim, `Object.defineProperty(process.versions, "node", { value: "${version}" });\n`);
  const command = found ? `'${found.path}'` : `'${process.execPath}' --no-strip-types --require '${claim}'`;
  await writeFile(join(bin, "node"), `#!/bin/sh\nexec ${command} "$@"\n`);
  await chmod(join(bin, "node"), 0o755);
  return { folder: bin, version };
}

async function installedOldNode() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = await onPath("node", folder);
    if (!path) continue;
    const { stdout } = await execa(path, ["--print", "process.versions.node"]);
    if (Number(stdout.split(".")[0]) < 22) return { path, version: stdout };
  }
  return undefined;
}
