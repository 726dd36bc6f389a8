import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

type Pace = typeof import("../../../docker/server/pace.js");
let pace: Pace;
let done: string[];
const note = (what: string) => () => {
  done.push(what);
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  // After 90 seconds it is half a minute before a full one, and long after the last change.
  vi.setSystemTime(new Date("2026-11-28T12:00:00Z"));
  vi.resetModules();
  pace = await import("../../../docker/server/pace.js");
  done = [];
  await vi.advanceTimersByTimeAsync(90_000);
});

afterEach(() => vi.useRealTimers());

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

describe("without a change", () => {
  test("work is looked for once a minute, at the full minute", async () => {
    pace.afterChanges(note("sweep"), 15_000);
    await pass(29);
    expect(done).toEqual([]);
    await pass(2);
    expect(done).toEqual(["sweep"]);
    await pass(60);
    expect(done).toEqual(["sweep", "sweep"]);
  });

  test("routines are due in the first second of their minute", async () => {
    const seconds: number[] = [];
    pace.scheduler(() => seconds.push(new Date().getSeconds()), 30_000);
    await pass(300);
    expect(seconds).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("after a change", () => {
  test("work is looked for as often as Paperclip wants, for half a minute", async () => {
    pace.afterChanges(note("sweep"), 5_000);
    pace.changed();
    await pass(29);
    expect(done).toHaveLength(5);
    await pass(20);
    expect(done.length).toBeLessThanOrEqual(8);
  });

  test("a change that comes while nothing is due is not missed", async () => {
    pace.scheduler(note("tick"), 30_000);
    await pass(3);
    pace.heard({ type: "issue.updated", payload: {} });
    await pass(28);
    expect(done).toEqual(["tick"]);
  });

  test("an event of Paperclip's counts as a change", async () => {
    pace.afterChanges(note("sweep"), 5_000);
    pace.heard({ type: "activity.logged", payload: {} });
    await pass(6);
    expect(done).toEqual(["sweep"]);
  });
});

test("a run that waits for a free place starts when another run is over", async () => {
  pace.scheduler(note("tick"), 30_000);
  pace.afterChanges(note("sweep"), 15_000);
  pace.heard({ type: "heartbeat.run.status", payload: { status: "succeeded" } });
  await pass(1);
  expect(done).toEqual(["tick"]);
});

test("what a job starts belongs to no run, though an event in a run is what has made it due", async () => {
  // A fake timer does not know in which run it was set.
  vi.useRealTimers();
  const { markOfProgram, ofAgent, whoseProgram } = await import("../../../docker/server/runs.js");
  const { promise, resolve } = Promise.withResolvers<string>();
  pace.scheduler(() => resolve(whoseProgram() + markOfProgram()), 30_000);
  const over = { type: "heartbeat.run.status", payload: { status: "succeeded" } };
  ofAgent("12345678-1234-1234-1234-123456789abc", () => pace.heard(over), undefined, "1:2");
  expect(await promise).toBe("");
});

describe("channels", () => {
  let found: boolean;
  let looks: number;
  const db = {
    execute: async () => {
      looks++;
      return [{ found }];
    },
  };

  beforeEach(() => {
    found = false;
    looks = 0;
  });

  test("that do not exist cost a look at each full minute and no work", async () => {
    pace.whereChannelsAre(db, note("reconcile"), 1_000);
    await pass(180);
    expect(done).toEqual([]);
    expect(looks).toBeLessThanOrEqual(4);
  });

  test("that exist already are looked after at once and every second", async () => {
    found = true;
    pace.whereChannelsAre(db, note("reconcile"), 1_000);
    await pass(60);
    expect(done.length).toBeGreaterThanOrEqual(59);
  });

  test("that are made later are looked after from the next second on", async () => {
    pace.whereChannelsAre(db, note("reconcile"), 1_000);
    await pass(5);
    found = true;
    pace.changed("/api/chat-endpoints");
    await pass(2);
    expect(done.length).toBeGreaterThanOrEqual(1);
  });

  test("are looked for again when the database has not answered", async () => {
    let fails = true;
    const failing = {
      execute: async () => {
        if (fails) throw new Error("no database");
        return [{ found: true }];
      },
    };
    pace.whereChannelsAre(failing, note("reconcile"), 1_000);
    await pass(1);
    fails = false;
    await pass(61);
    expect(done.length).toBeGreaterThanOrEqual(1);
  });
});
