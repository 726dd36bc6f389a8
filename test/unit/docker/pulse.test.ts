import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, expect, test } from "vitest";

const module = join(import.meta.dirname, "../../../docker/server/pulse.js");
const file = join(tmpdir(), `pulse-${process.pid}`);

afterEach(() => rmSync(file, { force: true }));

/** Runs a script with `file` open as file descriptor 3; returns how many bytes it wrote there. */
async function lines(script: string): Promise<number> {
  const text = `import * as pulse from ${JSON.stringify(module)}; import { setTimeout } from "node:timers/promises"; ${script}`;
  await execa("bash", ["-c", '3>"$1" exec node --input-type=module --eval "$2"', "-", file, text]);
  return readFileSync(file, "utf8").length;
}

test("an answer is reported, but not each one of many", async () => {
  expect(await lines("for (let n = 0; n < 100; n += 1) { pulse.answered(); await setTimeout(1); }")).toBe(1);
});

test("after it is told to stop, it reports at once and regularly that it is stopping", async () => {
  const stops = `pulse.beatWhileStopping(); process.kill(process.pid, "SIGTERM"); await setTimeout(2500); process.exit();`;
  expect(await lines(stops)).toBe(3);
});
