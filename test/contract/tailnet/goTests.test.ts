// Runs the local tailnet's own Go tests: its rules, its API, and real tailscaled on it.
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { findGo } from "../../../local/toolchain/goTools.ts";

test("the local tailnet's Go tests pass", async () => {
  const cwd = join(import.meta.dirname, "../../../local/tailnet");
  const { exitCode, all } = await execa(await findGo(), ["test", "./..."], { cwd, all: true, reject: false });
  // Only the end, because the log of a tailscaled is long.
  expect(exitCode, all?.slice(-20_000)).toBe(0);
});
