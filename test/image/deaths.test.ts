/** The log says what the server died of. */
import { beforeAll, expect, test } from "vitest";
import type { Machine } from "../support/machine.ts";
import { machineOfTest } from "../support/machineOfTest.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Trouble } from "../support/trouble.ts";

let image: string;

beforeAll(async () => {
  image = await paperclipImage();
});

/** The log after the server's end. Its lines have to be short, because Fly.io cuts long ones. */
async function lastLog(machine: Machine): Promise<string> {
  expect(await machine.exitStatus()).not.toBe(0);
  const log = await machine.logs();
  expect(Math.max(...log.split("\n").map((line) => line.length))).toBeLessThan(2000);
  expect(log).toMatch(/start: Paperclip ended with status \d+/);
  return log;
}

const key = `sk-ant-oat01-${"canary".repeat(16)}`;

test.concurrent.for([
  [
    "an error that is thrown",
    `setTimeout(function later() { throw new TypeError("no such model ${key}"); })`,
  ],
  [
    "a promise that nobody waits for",
    `(async function later() { throw new TypeError("no such model ${key}"); })()`,
  ],
] as const)("%s, in an administrator's plugin", async ([_, does], context) => {
  const machine = await machineOfTest(image, context);
  const trouble = await Trouble.install(machine, `${does}; return [];`);
  trouble.begin();
  const log = await lastLog(machine);
  expect(log).toContain("server: ended by an error: TypeError: no such model …");
  expect(log).toMatch(/server: {3}at .*later .*adapter-plugins\/trouble\/index\.js:\d+:\d+/);
  expect(log).not.toContain("canary");
});

test.concurrent("settings that it cannot start with", async (context) => {
  const machine = await machineOfTest(image, context);
  await machine.exec("sed", "-i", "s/{/[/", "/paperclip/instances/default/config.json");
  await machine.stop();
  await machine.startAgain();
  expect(await lastLog(machine)).toMatch(/server: ended by an error: .*config/);
});

test.concurrent("the lack of memory", async (context) => {
  const machine = await machineOfTest(image, context);
  const trouble = await Trouble.install(
    machine,
    "const kept = []; for (;;) kept.push(new Array(1e6).fill({}));",
  );
  trouble.begin();
  const log = await lastLog(machine);
  expect(log).toMatch(/FATAL ERROR: .*heap|ended with status 137 \(SIGKILL\)/);
});
