/** What is fetched or built appears whole or not at all, whatever ends the work. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cached } from "../../../../local/toolchain/cache.ts";

let home: string;
const cache = () => join(home, "paperclip-on-fly");
const entries = async () =>
  (await readdir(cache()).catch(() => [])).filter((name) => !name.endsWith(".lock"));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "cache-"));
  vi.stubEnv("XDG_CACHE_HOME", home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

test("work that fails leaves nothing, and the next try makes it", async () => {
  await expect(cached("tool", async () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await entries()).toEqual([]);
  await cached("tool", (folder) => writeFile(join(folder, "program"), ""));
  expect(await entries()).toEqual(["tool"]);
});

test("what a crash has left of a tool is removed by the next try, and that of another tool is not", async () => {
  for (const left of ["tool.partial-a1b2c3", "tool-2.partial-a1b2c3"])
    await mkdir(join(cache(), left), { recursive: true });
  await cached("tool", () => Promise.resolve());
  expect((await entries()).sort()).toEqual(["tool", "tool-2.partial-a1b2c3"]);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s in the middle leaves nothing, and is no success",
  async (signal) => {
    const file = join(import.meta.dirname, "../../../../local/toolchain/cache.ts");
    const program = `import { cached, endOnSignal } from ${JSON.stringify(file)};
    endOnSignal();
    await cached("tool", async () => { console.log("begun"); await new Promise((end) => setTimeout(end, 60_000)); });`;
    const child = execa(process.execPath, ["--input-type=module-typescript", "--eval", program], {
      reject: false,
    });
    await pWaitFor(async () => (await entries()).length > 0);
    child.kill(signal);
    expect((await child).exitCode).toBeGreaterThan(128);
    expect(await readdir(cache())).toEqual([]);
  },
);
