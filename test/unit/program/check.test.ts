import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onPath } from "../../../local/toolchain/onPath.ts";

const root = join(import.meta.dirname, "../../..");

/** A PATH with git and none of the programs that the gates need. */
let PATH: string;

beforeEach(async () => {
  PATH = await mkdtemp(join(tmpdir(), "no-gates-"));
  await symlink((await onPath("git")) ?? "git is not on the PATH", join(PATH, "git"));
});

afterEach(() => rm(PATH, { recursive: true }));

const check = (...gates: string[]) =>
  execa(process.execPath, ["program/check.ts", ...gates], {
    cwd: root,
    env: { PATH },
    all: true,
    reject: false,
  });

test("without shellcheck the check fails, and says how to install it and how to run that gate alone", async () => {
  const { exitCode, all } = await check("shell");
  expect(exitCode).toBe(1);
  expect(all).toContain("✗ shell");
  expect(all).toMatch(/^shellcheck is not on the PATH\. Install it: apt-get install shellcheck/m);
  expect(all).toMatch(/^Failed: shell\. Alone: npm run check -- shell$/m);
});

test("an unknown gate does not pass", async () => {
  const { exitCode, all } = await check("spelling");
  expect(exitCode).toBe(1);
  expect(all).toMatch(/^There is no gate spelling\. There are: types, style, /m);
});
