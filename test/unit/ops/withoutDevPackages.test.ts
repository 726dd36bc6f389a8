import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** Makes what `npm ci --omit=dev` installs, as links. Packages that belong to another package are in its folder. */
async function installWithoutDev(folder: string): Promise<void> {
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  for (const [path, { dev, optional }] of Object.entries(packages)) {
    if (dev || optional || path.lastIndexOf("node_modules/") !== 0) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(root, path), join(folder, path));
  }
}

test("an operator's doctor starts where only the program's packages are installed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "without-dev-"));
  try {
    for (const part of ["package.json", "components", "ops", "program"])
      await cp(join(root, part), join(folder, part), { recursive: true });
    await installWithoutDev(folder);
    // Otherwise Node.js follows a package's link to a place where the packages of the tests are, too.
    const words = ["--preserve-symlinks", "ops/main.ts", "doctor", "--help"];
    const { stdout } = await execa(process.execPath, words, { cwd: folder });
    expect(stdout).toContain("--stack");
  } finally {
    await rm(folder, { recursive: true });
  }
});
