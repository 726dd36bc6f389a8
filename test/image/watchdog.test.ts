/** A server that does not answer is ended. One that has no CPU is left alone. A stop waits for a server that still works on it. */
import { setTimeout } from "node:timers/promises";
import pWaitFor from "p-wait-for";
import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import type { Machine } from "../support/machine.ts";
import { machineOfTest } from "../support/machineOfTest.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Trouble } from "../support/trouble.ts";
import { Workplace } from "../support/workplace.ts";

let image: string;

beforeAll(async () => {
  image = await paperclipImage();
});

async function start(context: TestContext): Promise<Machine> {
  const machine = await machineOfTest(image, context);
  // The server is watched from here on.
  await machine.logged("invitation is open");
  return machine;
}

const computes = async (machine: Machine) => {
  const trouble = await Trouble.install(machine, "for (;;);");
  trouble.begin();
  await pWaitFor(async () => !(await machine.health("localhost", 2)), { interval: 200, timeout: 30_000 });
};

const stopped =
  (...pattern: string[]) =>
  async (machine: Machine) => {
    await machine.exec("pkill", "-STOP", ...pattern);
  };

const withoutCpu = async (machine: Machine) => {
  await computes(machine);
  await machine.cpu.setBalance(0);
};

/** Waits for its end, at most this many seconds. */
async function endsWithin(machine: Machine, seconds: number): Promise<number> {
  const ended = machine.exitStatus();
  const late = setTimeout(seconds * 1000).then(async () => {
    throw new Error(`the machine has not ended after ${seconds} s; its log:\n${await machine.logs()}`);
  });
  return Promise.race([ended, late]);
}

/**
 * For how long: every run of the tests shows that a few minutes do not lead to a verdict. The whole promise is shown by
 * `PAPERCLIP_ON_FLY_TEST_EMPTY_MINUTES=30 npm test -- --project image-alone watchdog`.
 */
const minutes = Number(process.env.PAPERCLIP_ON_FLY_TEST_EMPTY_MINUTES ?? 3);

test.concurrent(
  `in ${minutes} minutes with no CPU saved, two agents finish their first tasks, and the server is left alone`,
  async () => {
    const run = ["--env", "PAPERCLIP_AGENTS_AT_ONCE=2"];
    const work = await Workplace.start(image, { run });
    const over = new AbortController();
    try {
      const agents = [await work.hire("Ada", {}), await work.hire("Ben", {})];
      await work.machine.cpu.setBalance(0);
      const until = performance.now() + minutes * 60_000;
      // At Fly.io's intervals.
      const checks = (async () => {
        while (!over.signal.aborted) {
          await work.machine.health("localhost", 10);
          await setTimeout(30_000, undefined, { signal: over.signal }).catch(() => undefined);
        }
      })();
      const round = async (number: number) => {
        const tasks = [];
        for (const agent of agents)
          tasks.push(await work.give(agent, `Count the words of our motto, ${number} ${tasks.length}`));
        for (const task of tasks) await work.done(task, 600);
        // Removes what it has saved while the last words were written.
        await work.machine.cpu.setBalance(0);
      };
      const rounds = async () => {
        for (let number = 1; !over.signal.aborted; number += 1) await round(number);
      };
      // No deadline of Paperclip's is allowed to end the first tasks. The test does not wait for the last ones.
      await round(0);
      const more = rounds();
      await Promise.race([more, setTimeout(Math.max(0, until - performance.now()))]);
      over.abort();
      more.catch(() => undefined);
      await checks;
      expect(await work.machine.logs()).not.toContain("hangs");
      expect((await work.machine.cpu.reading()).throttledSeconds).toBeGreaterThan(minutes * 20);
    } finally {
      over.abort();
      await work.stop();
    }
  },
  (minutes + 15) * 60_000,
);

describe.concurrent("ended with an error within three minutes, for the platform to start it again, is a server that", () => {
  test.concurrent.for([
    ["computes without end", computes, "it is computing"],
    ["computes without end, with no CPU saved", withoutCpu, "it is computing"],
    ["is stopped", stopped("--full", "server/dist/start.js"), "it is stopped by a signal"],
    ["gets no answer from its database", stopped("--uid", "postgres"), "it is waiting"],
  ] as const)("%s", async ([_, trouble, state], context) => {
    const machine = await start(context);
    await trouble(machine);
    expect(await endsWithin(machine, 180)).not.toBe(0);
    const log = await machine.logs();
    expect(log).toMatch(/start: Paperclip hangs and is ended: it has not answered for 1\d\d s\./);
    expect(log).toContain(state);
    expect(log).toContain("start: Paperclip ended with status 137 (SIGKILL), so the machine stops");
    await machine.cpu.setBalance(500);
    await machine.startAgain();
    await machine.healthy();
  });
});

describe.concurrent("a stop", () => {
  test.concurrent.for([
    ["computes without end", computes],
    ["computes without end, with no CPU saved", withoutCpu],
    ["is stopped", stopped("--full", "server/dist/start.js")],
  ] as const)("of a server that %s takes less than half a minute", async ([_, trouble], context) => {
    const machine = await start(context);
    await trouble(machine);
    const ended = endsWithin(machine, 30);
    await machine.stop();
    expect(await ended).toBe(0);
    const log = await machine.logs();
    expect(log).toContain("start: Paperclip hangs and is ended: told to stop, it has done nothing");
    expect(log).toContain("database system is shut down");
  });

  test.concurrent("waits for a server that has runs to end", async (context) => {
    const machine = await start(context);
    const sql = (command: string) => {
      const asServer = ["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups"];
      const psql = ["psql", "--host=/run/postgresql", "-tA", "--command", command, "paperclip"];
      return machine.exec(...asServer, ...psql);
    };
    // Longer than a server is allowed to stay silent. Paperclip's query for runs waits for this lock.
    const locked = sql("BEGIN; LOCK TABLE heartbeat_runs; SELECT pg_sleep(25); COMMIT");
    const locks =
      "FROM pg_locks WHERE relation = 'heartbeat_runs'::regclass AND mode = 'AccessExclusiveLock'";
    const isLocked = async () => (await sql(`SELECT count(*) ${locks}`)) === "1";
    await pWaitFor(isLocked, { interval: 200, timeout: 20_000 });
    expect(await machine.stop()).toBe(0);
    await locked;
    const log = await machine.logs();
    expect(log).toContain("graceful heartbeat run drain complete");
    expect(log).not.toContain("is ended");
  });
});
