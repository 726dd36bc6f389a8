/** How a machine's memory is divided, and which program is ended first when none is left. */

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

/** The OOM score of the oldest process whose command line matches a pattern. The kernel kills the highest first. */
const rank = async (pattern: string) => {
  const pid = await machine.exec("pgrep", "--oldest", "--full", pattern);
  return Number(await machine.exec("cat", `/proc/${pid}/oom_score_adj`));
};

const setting = (name: string) =>
  machine.exec(
    "setpriv",
    "--reuid=postgres",
    "--clear-groups",
    "env",
    "PGHOST=/run/postgresql",
    "psql",
    "-tAc",
    `show ${name}`,
    "postgres",
  );

test("an agent is ended before Paperclip, and PostgreSQL never before Paperclip", async () => {
  // As the server starts every program of an agent. It runs until its input ends.
  const acp =
    "/usr/local/lib/paperclip-on-fly/asAgent.sh /usr/local/lib/paperclip/node_modules/.bin/claude-agent-acp";
  await machine.exec("bash", "-c", `mkfifo /tmp/input && { ${acp} <>/tmp/input >/dev/null & }`);
  const program = "bin/claude-agent-acp";
  await pWaitFor(
    () =>
      rank(program).then(
        () => true,
        () => false,
      ),
    { interval: 100, timeout: 60_000 },
  );
  expect(await rank(program)).toBe(500);
  expect(await rank("@paperclipai/server")).toBeLessThanOrEqual(0);
  expect(await rank("bin/postgres -D")).toBeLessThanOrEqual(await rank("@paperclipai/server"));
});

test("PostgreSQL in a machine of 1 GB keeps to its share of it", async () => {
  expect(await setting("shared_buffers")).toBe("60MB");
  expect(await setting("maintenance_work_mem")).toBe("30MB");
  expect(await setting("effective_cache_size")).toBe("241MB");
});

test("PostgreSQL compiles no queries: its compiler is not in the image", async () => {
  expect(await setting("jit")).toBe("off");
});
