import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pWaitFor from "p-wait-for";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endingLeftovers, isDead, letGo, markIn, marksBelow } from "../../../docker/server/leftovers.js";
import { markOfProgram } from "../../../docker/server/runs.js";

const agent = "12345678-1234-1234-1234-123456789abc";
const own = markIn(readFileSync("/proc/self/limits", "utf8"));

/** The folder that all processes of a test are in. */
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "leftovers-")));
});

/**
 * The processes of a test and nobody else's: other machines of other tests have marks, too.
 *
 * @param ended whether those that have ended meanwhile are among them
 */
const processesIn = (folder: string, ended: boolean) =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d/.test(pid)) return false;
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch (error) {
      return ended && (error as NodeJS.ErrnoException).code === "ENOENT";
    }
  });
const processes = () => processesIn(folder, false);
const names = () => processes().map((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim());

/** The server's part for one test. */
function keeperOf({ limits = own, grace = 200, lost = 60_000 } = {}) {
  const its = folder;
  return endingLeftovers(() => processesIn(its, true), limits, grace, lost);
}

afterEach(async () => {
  for (const pid of processes()) process.kill(Number(pid), "SIGKILL");
  await rm(folder, { recursive: true });
});

/** Runs a script as an agent's program of the run that it is called in, as ../../../docker/lib/asAgent.sh does. */
async function shell(script: string): Promise<void> {
  const mark = markOfProgram().split(":");
  const marked = `ulimit -x ${mark[0]} -q ${mark[1]}; exec bash -c "$0"`;
  await promisify(execFile)("bash", ["-c", marked, script], { cwd: folder });
}

/** A run with a script that leaves something behind. */
const runOf = (script: string, keeper = keeperOf()) =>
  keeper.ofRun(agent, () => shell(script), { runId: "run" });

const quiet = ">/dev/null 2>&1 </dev/null &";

describe("what a run leaves behind is gone when the run is", () => {
  test.each([
    ["in the background", `sleep 1000 ${quiet}`],
    ["in a session of its own", `setsid sleep 1000 ${quiet}`],
    ["deaf to the end of its session", `nohup sleep 1000 ${quiet}`],
    ["without its variables", `env -i setsid sleep 1000 ${quiet}`],
    ["as a daemon", `(setsid bash -c 'sleep 1000 ${quiet}' ${quiet}) ;`],
    ["stopped", `sleep 1000 ${quiet} until grep -q sleep /proc/$!/comm; do :; done; kill -STOP $! ;`],
    ["with a mark that it has lowered", `ulimit -q 5; setsid sleep 1000 ${quiet}`],
    ["with both limits lowered", `ulimit -x 0; ulimit -q 0; setsid sleep 1000 ${quiet}`],
  ])("%s", async (_, script) => {
    await runOf(`${script} true`);
    expect(names()).toEqual([]);
  });

  test("when it ignores being told to end", async () => {
    await runOf(`trap '' TERM; setsid sleep 1000 ${quiet}`);
    expect(names()).toEqual([]);
  });

  test("when it makes new children all the time", async () => {
    await runOf(`trap '' TERM; setsid bash -c 'while :; do sleep 1000 & sleep 0.01; done' ${quiet}`);
    expect(names()).toEqual([]);
  });

  test("when it starts itself again and again, and ends each time", async () => {
    const again = "$SIG{TERM} = q(IGNORE); while (1) { select(undef, undef, undef, 0.3); exit if fork }";
    const all = Promise.withResolvers<void>();
    await keeperOf().ofRun(
      agent,
      async () => {
        const [locks, queues] = markOfProgram().split(":");
        const limited = `ulimit -x ${locks} -q ${queues}; exec perl -e '${again}'`;
        const child = spawn("bash", ["-c", limited], {
          cwd: folder,
          stdio: ["ignore", "ignore", "ignore", "pipe"],
        });
        // It ends when nobody has it any more.
        child.stdio[3]?.on("close", all.resolve).on("data", () => {});
        await new Promise((resolve) => child.on("exit", resolve));
      },
      { runId: "run" },
    );
    await all.promise;
  });

  test("when the run fails; the run's error stays", async () => {
    const failed = runOf(`setsid sleep 1000 ${quiet} exit 3`);
    await expect(failed).rejects.toMatchObject({ code: 3 });
    expect(names()).toEqual([]);
  });
});

describe("what stays is", () => {
  test("a program of another run, until that run ends", async () => {
    const keeper = keeperOf();
    const other = Promise.withResolvers<void>();
    const work = async () => {
      await shell(`setsid sleep 1000 ${quiet}`);
      await other.promise;
    };
    const going = keeper.ofRun(agent, work, { runId: "other" });
    await pWaitFor(() => names().includes("sleep"), { interval: 10 });
    await runOf(`setsid tail -f /dev/null ${quiet}`, keeper);
    expect(names()).toEqual(["sleep"]);
    other.resolve();
    await going;
    expect(names()).toEqual([]);
  });

  test("a program that was started in no run: a service of a workspace, Paperclip's git", async () => {
    const service = spawn("sleep", ["1000"], { cwd: folder });
    await pWaitFor(() => names().includes("sleep"), { interval: 10 });
    await runOf(`setsid tail -f /dev/null ${quiet}`);
    expect(names()).toEqual(["sleep"]);
    service.kill();
  });
});

describe("another run", () => {
  test("waits for its place until the programs of a run that was cancelled are gone", async () => {
    const keeper = keeperOf();
    const run = keeper.ofRun(agent, () => shell(`trap '' TERM; setsid sleep 1000 ${quiet} sleep 0.2`), {
      runId: "cancelled",
    });
    keeper.runIsOver("cancelled");
    await keeper.leftoversGone();
    expect(names()).toEqual([]);
    await run;
  });

  test("waits, too, where Paperclip takes a run for over when its program has ended", async () => {
    const keeper = keeperOf();
    const ended = Promise.withResolvers<void>();
    const work = async () => {
      await shell(`trap '' TERM; setsid sleep 1000 ${quiet}`);
      ended.resolve();
    };
    const run = keeper.ofRun(agent, work, { runId: "cancelled" });
    await ended.promise;
    keeper.runIsOver("cancelled");
    await keeper.leftoversGone();
    expect(names()).toEqual([]);
    await run;
  });

  test("waits no longer for a run that Paperclip has lost: its programs are ended", async () => {
    const keeper = keeperOf({ lost: 300 });
    const lost = keeper.ofRun(agent, () => shell("setsid sleep 1000").catch(() => {}), { runId: "lost" });
    await pWaitFor(() => names().includes("sleep"), { interval: 10 });
    keeper.runIsOver("lost");
    await keeper.leftoversGone();
    expect(names()).toEqual([]);
    await lost;
  });

  test("does not wait for a run that goes on", async () => {
    const keeper = keeperOf();
    const run = keeper.ofRun(agent, () => shell("sleep 0.5"), { runId: "going on" });
    await keeper.leftoversGone();
    keeper.runIsOver("another one");
    await keeper.leftoversGone();
    expect(names()).not.toEqual([]);
    await run;
  });
});

test("no run has the mark of an earlier one, and none becomes another by lowering limits", () => {
  let before = [0, Number.POSITIVE_INFINITY];
  let wrong = 0;
  let count = 0;
  for (const mark of marksBelow("unlimited:819200")) {
    const [locks = 0, queues = 0] = mark.split(":").map(Number);
    // Between any two, one limit goes up: so neither can be lowered to the other.
    if (locks <= (before[0] ?? 0) || queues >= (before[1] ?? 0) || queues < 1) wrong++;
    before = [locks, queues];
    count++;
  }
  expect(wrong).toBe(0);
  expect(count).toBeGreaterThan(700_000);
});

test.each(["1:819200", "unlimited:1", "unlimited:0", ""])(
  "where the limits leave no room for marks (%j), runs go on without one",
  async (limits) => {
    expect([...marksBelow(limits)]).toEqual([]);
    const keeper = keeperOf({ limits });
    expect(await keeper.ofRun(agent, async () => markOfProgram(), { runId: "run" })).toBe("");
  },
);

test.each([
  ["a program at work", "12 (sleep) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0", false],
  ["one whose name looks like a state", "12 (a) Z (b) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0", false],
  ["one that waits for its parent", "12 (sleep) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0", true],
  ["one whose first thread has ended", "12 (sleep) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0", false],
  ["one that is gone", "", true],
])("%s is told apart", (_, stat, dead) => {
  expect(isDead(stat)).toBe(dead);
});

test("a run's program that has ended is over, though what it has left behind holds its output open", async () => {
  const child = spawn("bash", ["-c", `echo done; sleep 1000 & disown`], { cwd: folder });
  letGo(child, 300);
  const output: string[] = [];
  child.stdout.on("data", (text) => output.push(String(text)));
  await new Promise((resolve) => child.on("close", resolve));
  expect(output.join("")).toBe("done\n");
  expect(names()).toEqual(["sleep"]);
});
