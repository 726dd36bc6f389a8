/** What a release by Fly.io does to the machine, and demands of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

let machine: Machine;

beforeAll(async () => {
  // Started between the staging of secrets and their release: one secret that fly.toml names is gone, and one that it does not name is
  // there.
  const run = ["--env", "PAPERCLIP_EXTRA_SECRETS=GONE", "--env", "ADDED=of-the-next-release"];
  machine = await Machine.start(await paperclipImage(), { run });
});

afterAll(() => machine?.remove());

test("a start with the secrets of the next release, and without those that it removes, is healthy and uses none of them", async () => {
  await machine.healthy();
  const server = await machine.exec("pgrep", "--oldest", "--full", "@paperclipai/server");
  const environment = await machine.exec("cat", `/proc/${server}/environ`);
  expect(environment).toContain("PAPERCLIP_HOME=");
  expect(environment).not.toContain("of-the-next-release");
});

test("an invitation comes long before Fly.io cuts the command, on a machine with no CPU saved", async () => {
  await machine.exec("paperclip-invite");
  await machine.cpu.setBalance(0);
  const before = (await machine.cpu.reading()).usedSeconds;
  const times = 5;
  for (let time = 0; time < times; time += 1) {
    expect(await machine.exec("timeout", "30", "paperclip-invite")).toMatch(/^https:.*\/invite\//);
  }
  const seconds = ((await machine.cpu.reading()).usedSeconds - before) / times;
  // Half a minute at a sixteenth of a core is 1.9 s of CPU, and the machine needs some of it for itself.
  expect(seconds).toBeLessThan(0.5);
});

test("an invitation that waits for another one ends in time, and says to try again", async () => {
  const hold = "exec 9>/run/paperclip-invite.lock; flock 9; touch /run/held; exec sleep 600";
  await machine.exec(
    "bash",
    "-c",
    `bash -c '${hold}' >/dev/null 2>&1 & until [ -e /run/held ]; do sleep 0.1; done`,
  );
  const asked = machine.exec("timeout", "30", "paperclip-invite");
  await expect(asked).rejects.toMatchObject({ exitCode: 1, stderr: expect.stringContaining("try again") });
});
