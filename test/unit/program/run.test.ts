/** `npm run` on a checkout in which something is missing: one message, the fix, and no success. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bare-checkout-"));
  await mkdir(join(folder, "bin"));
  for (const part of ["package.json", "package-lock.json", "program", "ops"])
    await cp(join(root, part), join(folder, part), { recursive: true });
});

afterEach(() => rm(folder, { recursive: true }));

const program = (path: string, text: string) => writeFile(join(folder, path), text, { mode: 0o755 });

const doctor = () =>
  execa(process.execPath, ["program/run.mjs", "ops/main.ts", "doctor"], {
    cwd: folder,
    env: { PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter) },
    reject: false,
  });

/** Puts the packages there that the first look asks for, and a Node.js of the project's own. */
async function installed(node: string): Promise<void> {
  const text = `const { dependencies } = require("./package.json");
    for (const [name, version] of Object.entries(dependencies)) {
      require("fs").mkdirSync("node_modules/" + name, { recursive: true });
      require("fs").writeFileSync("node_modules/" + name + "/package.json", JSON.stringify({ version }));
    }`;
  await execa(process.execPath, ["--input-type=commonjs", "--eval", text], { cwd: folder });
  await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
  await program("node_modules/.bin/node", node);
}

test("without the packages they are installed; where that fails, it is said, and nothing goes to standard output", async () => {
  await program("bin/npm", "#!/bin/sh\necho installs; echo 'npm error network' >&2; exit 1\n");
  const { exitCode, stdout, stderr } = await doctor();
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr.split("\n")).toEqual([
    "Installing the packages of package-lock.json …",
    "installs",
    "npm error network",
    "npm ci failed. Check the connection to the npm registry, then run this again.",
  ]);
});

test("a Node.js of the packages that cannot be started is said, with the fix", async () => {
  await installed("#!/nowhere/node\n");
  const { exitCode, stderr } = await doctor();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^\S+\/node cannot be started \(.*ENOENT\)\. Install the packages again: npm ci$/);
});

test("a program that something kills does not end in silence", async () => {
  await installed("#!/bin/sh\nkill -9 $$\n");
  const { exitCode, stderr } = await doctor();
  expect([exitCode, stderr]).toEqual([1, "ops/main.ts doctor was ended by SIGKILL."]);
});
