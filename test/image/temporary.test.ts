/** Temporary files, which are on the machine's root disk and not in its memory. */
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
});

afterAll(() => machine?.remove());

const as = (user: string, script: string) =>
  machine.exec("setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "bash", "-ec", script);
const tidy = (minutes: number) => as("agent", `/usr/local/lib/paperclip-on-fly/tidyTemporary.sh ${minutes}`);
const names = async () => (await machine.exec("ls", "-A", "/tmp")).split("\n").sort();

test("an agent's old files in /tmp are removed, even those that it has closed to itself; nobody else's files are, and nothing that a program waits at", async () => {
  await as("paperclip", "echo 1 > /tmp/of-server; mkdir -m 777 /tmp/open");
  await as(
    "agent",
    `cd /tmp; echo 1 > "of agent"; mkdir -p .hidden/closed; touch .hidden/closed/file; chmod 500 .hidden/closed
     ln -s /tmp/of-server link; ln -s /paperclip/agents home; mkdir waits; mkfifo waits/pipe; mkfifo pipe; touch open/file`,
  );
  await as("agent", "touch /paperclip/agents/kept");
  const all = await names();
  await tidy(1440);
  expect(await names()).toEqual(all);
  await tidy(0);
  expect(await names()).toEqual(["of-server", "open", "paperclip", "pipe", "waits"]);
  expect(await machine.exec("ls", "/tmp/open", "/paperclip/agents/kept")).toContain("file");
});

test("an archive's old times do not make a new file an old one", async () => {
  await as("agent", "touch --date=2020-01-01 /tmp/unpacked");
  await tidy(1440);
  expect(await names()).toContain("unpacked");
});

test("the files of a machine that was cut off are gone after its next start, and those that the start makes are there", async () => {
  await as("agent", "mkdir -p /tmp/left/.over; touch /tmp/.left /tmp/left/.over/file");
  // An agent that takes the names of the next ten minutes does not keep the machine from starting.
  await as("agent", "for ((i = 0; i < 600; i++)); do mkdir /tmp/.left-$((EPOCHSECONDS + i)); done");
  await machine.exec("touch", "/run/paperclip-left");
  await machine.kill();
  await machine.startAgain();
  await machine.healthy();
  await pWaitFor(async () => (await names()).join() === "paperclip", { interval: 200, timeout: 60_000 });
  expect(await machine.exec("ls", "/run")).not.toContain("paperclip-left");
  expect(JSON.parse(await machine.exec("paperclip-kernel"))).toMatchObject({ sharing: "acl" });
});
