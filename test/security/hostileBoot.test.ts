/** Whole starts of a machine whose server has exchanged what a start makes (see hostileVolume.test.ts for each entry). */
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

/** The commands that the log names for what it refuses since the start `from`. */
async function mends(from: number): Promise<string[]> {
  const log = (await machine.logs()).slice(from);
  return [...log.matchAll(/--app image-test --command "([^"]+)"/g)].map(([, command = ""]) => command);
}

test("the server gives nothing of root's to itself: with a link in the place of its logs the machine waits for its operator and ends", async () => {
  const before = await machine.exec("find", code, "-printf", "%p %U:%G %m %C@\\n");
  await as("paperclip", `cd ${instance}; mv logs logs.was; ln -s ${code} logs`);
  await machine.stop();
  const from = (await machine.logs()).length;
  await machine.startAgain();
  await machine.logged("the volume is not touched, and nothing is started");
  expect((await machine.logs()).slice(from)).toContain(
    `start: ${instance}/logs is a link where a folder has to be`,
  );
  expect(await machine.exec("find", code, "-printf", "%p %U:%G %m %C@\\n")).toBe(before);
  await expect(as("paperclip", `touch ${code}/invite.sh`)).rejects.toThrow("Permission denied");
  // While it waits an operator gets in.
  const [command = ""] = await mends(from);
  await machine.exec("bash", "-c", command);
  expect(await machine.exitStatus()).toBe(1);
  await machine.startAgain();
  await machine.healthy();
  expect(await machine.exec("paperclip-invite")).toContain("/invite/pcp_bootstrap_");
});

test("all that is in the way is said at once, and a machine that waits for its operator can be stopped", async () => {
  await as(
    "paperclip",
    `cd ${instance}; mv config.json config.was; mkfifo config.json; mv skills skills.was; touch skills`,
  );
  await as("postgres", "cd /paperclip/postgres/17; mv PG_VERSION version; ln -s /etc/shadow PG_VERSION");
  await machine.stop();
  const from = (await machine.logs()).length;
  await machine.startAgain();
  await machine.logged(/nothing is started[\s\S]*nothing is started/);
  const log = (await machine.logs()).slice(from);
  expect(log).toContain(`start: ${instance}/config.json is a pipe where a file has to be`);
  expect(log).toContain(`start: ${instance}/skills is a file where a folder has to be`);
  expect(log).toContain("start: /paperclip/postgres/17/PG_VERSION is a link where a file has to be");
  for (const command of await mends(from)) await machine.exec("bash", "-c", command);
  await as("postgres", "cd /paperclip/postgres/17; mv version PG_VERSION");
  expect(await machine.stop()).toBe(0);
  await machine.startAgain();
  await machine.healthy();
});
