/** Whole starts of a machine whose server has replaced what a start makes (hostileVolume.test.ts goes through each entry). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

const instance = "/paperclip/instances/default";
const code = "/usr/local/lib/paperclip-on-fly";
let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
});

afterAll(() => machine?.remove());

const as = (user: string, script: string) =>
  machine.exec("setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups", "bash", "-ec", script);

/** What the latest start logged, and the commands that it tells the operator to run. */
async function said(): Promise<{ text: string; commands: string[] }> {
  const lines = (await machine.logs()).split("\n").filter((line) => line.startsWith("start: "));
  const text = lines.slice(lines.lastIndexOf("start: stopped") + 1).join("\n");
  const commands = [...text.matchAll(/--app image-test --command "([^"]+)"/g)].map(([, one = ""]) => one);
  return { text, commands };
}

test("the server cannot take what is root's: with a link in place of its logs, the machine waits for its operator and ends", async () => {
  const before = await machine.exec("find", code, "-printf", "%p %U:%G %m %C@\\n");
  await as("paperclip", `cd ${instance}; mv logs logs.was; ln -s ${code} logs`);
  await machine.stop();
  await machine.startAgain();
  await machine.logged("the volume is not touched, and nothing is started");
  const { text, commands } = await said();
  expect(text).toContain(`start: ${instance}/logs is a link where a folder has to be`);
  expect(await machine.exec("find", code, "-printf", "%p %U:%G %m %C@\\n")).toBe(before);
  await expect(as("paperclip", `touch ${code}/invite.sh`)).rejects.toThrow("Permission denied");
  // While the machine waits, its operator can get in.
  expect(commands).toHaveLength(1);
  await machine.exec("bash", "-c", commands[0] ?? "");
  expect(await machine.exitStatus()).toBe(1);
  await machine.startAgain();
  await machine.healthy();
  expect(await machine.exec("paperclip-invite")).toContain("/invite/pcp_bootstrap_");
});

test("everything in the way is reported at once, and a machine that waits for its operator can be stopped", async () => {
  await as(
    "paperclip",
    `cd ${instance}; mv config.json config.was; mkfifo config.json; mv skills skills.was; touch skills`,
  );
  await as("postgres", "cd /paperclip/postgres/17; mv PG_VERSION version; ln -s /etc/shadow PG_VERSION");
  await machine.stop();
  await machine.startAgain();
  await machine.logged(/nothing is started[\s\S]*nothing is started/);
  const { text, commands } = await said();
  expect(text).toContain(`start: ${instance}/config.json is a pipe where a file has to be`);
  expect(text).toContain(`start: ${instance}/skills is a file where a folder has to be`);
  expect(text).toContain("start: /paperclip/postgres/17/PG_VERSION is a link where a file has to be");
  for (const command of commands) await machine.exec("bash", "-c", command);
  await as("postgres", "cd /paperclip/postgres/17; mv version PG_VERSION");
  expect(await machine.stop()).toBe(0);
  await machine.startAgain();
  await machine.healthy();
});
