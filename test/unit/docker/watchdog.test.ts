import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const source = join(import.meta.dirname, "../../../docker/lib/watchdog.sh");
const bash = (script: string, ...words: string[]) =>
  execa("bash", ["-euc", `source "$0"; ${script}`, source, ...words]);

/** The verdict of a bash function about two numbers. */
const judged = async (name: string, ...numbers: number[]) =>
  (await bash(`if ${name} "$@"; then echo hangs; else echo waits; fi`, ...numbers.map(String))).stdout;

/** Seconds between two looks of the watchdog. A machine's CPU is counted in hundredths of a second. */
const pause = 15;
const atShare = (pauses: number) => Math.round(pauses * pause * 100 * 0.0625);

describe("a server that has not answered", () => {
  test.each([
    ["for a minute, however much CPU there was", 4, 4 * pause * 100, "waits"],
    ["for a minute and a quarter with a whole core", 5, 5 * pause * 100, "hangs"],
    ["for so long with eight cores", 5, 8 * 5 * pause * 100, "hangs"],
    ["for so long with no CPU saved", 5, atShare(5), "waits"],
    ["for a minute and three quarters with no CPU saved", 7, atShare(7), "hangs"],
    ["for an hour in which the machine got nothing", 240, 500, "waits"],
  ])("%s", async (_, pauses, cpu, verdict) => {
    expect(await judged("hangs", pauses, cpu)).toBe(verdict);
  });

  test("is ended within three minutes, with a whole core and with a sixteenth", async () => {
    for (const share of [1, 0.0625]) {
      let pauses = 0;
      while ((await judged("hangs", pauses, Math.floor(pauses * pause * 100 * share))) === "waits")
        pauses += 1;
      // The server was silent for 40 s after its last answer before it was first asked.
      expect(40 + pauses * pause).toBeLessThan(150);
    }
  });
});

describe("a server that stops and says nothing", () => {
  test.each([
    ["for 9 s", 9, 900, "waits"],
    ["for 10 s with a whole core", 10, 1000, "hangs"],
    ["for 10 s with no CPU saved", 10, 62, "waits"],
    ["for 20 s with no CPU saved", 20, 125, "hangs"],
  ])("%s", async (_, seconds, cpu, verdict) => {
    expect(await judged("hangs_in_stop", seconds, cpu)).toBe(verdict);
  });
});

describe("the machine's CPU", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchdog-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("is what it was given, used or not, without stolen time and waits for a disk, and with a guest's time counted once", async () => {
    const stat = join(folder, "stat");
    await writeFile(
      stat,
      "cpu  1 20 300 4000 50000 600000 7000000 80000000 900000000 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n",
    );
    const { stdout } = await bash('read_given "$1"; echo "$given"', stat);
    expect(stdout).toBe(String(1 + 20 + 300 + 4000 + 600000 + 7000000));
  });
});

test("a process is read whatever its name is", async () => {
  // A name with a blank and a bracket.
  const script = `cp "$(type -P sleep)" "$1/a) R 9"; "$1/a) R 9" 60 & read_process $!; kill $!; echo "$used $state"`;
  const folder = await mkdtemp(join(tmpdir(), "watchdog-"));
  const { stdout } = await bash(script, folder);
  await rm(folder, { recursive: true });
  expect(stdout).toMatch(/^\d+ [RSD]$/);
});

test("the clock has hundredths, and a leading zero does not make a number octal", async () => {
  const { stdout } = await bash("read_clock; echo $clock");
  expect(Number(stdout)).toBeGreaterThan(0);
});
