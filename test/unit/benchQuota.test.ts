import { describe, expect, test } from "vitest";
import { type Figure, median, ratio } from "../../bench/figures.ts";
import { parts, selected } from "../../bench/parts.ts";
import { balanceAfterAnHour, balanceSeconds } from "../../bench/quota/balances.ts";
import { tasksAnHour } from "../../bench/quota/capacity.ts";
import { diskLimits } from "../../bench/quota/diskLimits.ts";
import { idlePercentOf } from "../../bench/quota/idlePercent.ts";
import { cell, markdown } from "../../bench/quota/markdown.ts";
import { cpuOf, kindOf, shares } from "../../bench/quota/processes.ts";
import { deviceNumbers } from "../../bench/quota/rootDevice.ts";
import { sizesTable, smallestSize } from "../../bench/quota/sizesTable.ts";
import { pause } from "../../bench/quota/stage.ts";
import { isStalled } from "../../bench/quota/stall.ts";
import { quotaSection } from "../../bench/quota/tables.ts";
import { impatient } from "../../bench/reach.ts";
import { addPair, type Results } from "../../bench/results.ts";

const guest = { cpu_kind: "shared", cpus: 1 } as const;
const figure = (more: Partial<Figure>): Figure => ({
  part: "quota/new",
  name: "restart to healthy",
  unit: "s",
  runs: { seed: [20], ours: [4] },
  ...more,
});

describe("the balance that a machine begins with", () => {
  test("is 5 s of CPU when it is new, and nothing when it is empty", () => {
    expect([balanceSeconds("new", guest, 99), balanceSeconds("empty", guest, 0)]).toEqual([5, 0]);
  });

  test("after an hour is what idling has left of its share, plus what it had before", () => {
    expect(balanceSeconds("hour", guest, 1.25)).toBe(5 + 180);
  });

  test("is nothing after an hour of idling that uses up the whole share", () => {
    expect(balanceAfterAnHour(guest, 13.7)).toBe(0);
  });

  test("is 500 s at most", () => {
    expect(balanceAfterAnHour({ ...guest, cpus: 4 }, 1)).toBe(500);
  });
});

describe("the tasks that a machine carries for good", () => {
  test("take what idling leaves of its share", () => {
    expect(tasksAnHour(guest, 1.25, 3)).toBeCloseTo(60);
    expect(tasksAnHour({ ...guest, cpus: 4 }, 1.25, 3)).toBeCloseTo(285);
  });

  test("are none where idling takes all of it", () => {
    expect(tasksAnHour(guest, 8, 3)).toBe(0);
  });
});

describe("a run that was not done in time", () => {
  const never = figure({ limitSeconds: 900, runs: { seed: [null], ours: [4] } });

  test("counts as longer than all that were", () => {
    expect([median([1, 2, null]), median([1, null, null])]).toEqual([2, Number.POSITIVE_INFINITY]);
  });

  test("is shown with the time that was waited, and has no ratio", () => {
    expect([cell(never, "seed"), cell(never, "ours")]).toEqual(["not in 900 s", "4"]);
    expect(ratio(never)).toBeNaN();
  });

  test("is kept", () => {
    const results: Results = { date: "", machine: {}, versions: {}, parts: {}, figures: [] };
    const measured = { side: "seed", name: "restart", unit: "s", value: null, limitSeconds: 900 } as const;
    addPair(results, "quota/new", "a", [measured], 0.123);
    expect(results.figures).toEqual([
      { part: "quota/new", name: "restart", unit: "s", limitSeconds: 900, runs: { seed: [null], ours: [] } },
    ]);
    expect(results.parts["quota/new"]).toEqual({ subject: "a", pairs: 1, othersCpus: [0.12] });
  });
});

test("a part that measures several things has a figure for each", () => {
  const results: Results = { date: "", machine: {}, versions: {}, parts: {}, figures: [] };
  const of = (tasks: string) => ({ side: "ours", name: "idle", unit: "%", value: 1, of: tasks }) as const;
  addPair(results, "quota/growth", "a", [of("10 tasks"), of("100 tasks")]);
  expect(results.figures.map((one) => one.of)).toEqual(["10 tasks", "100 tasks"]);
});

test("--only quota selects everything about the balance of CPU", () => {
  expect(selected("quota").every((part) => part.startsWith("quota/"))).toBe(true);
  expect(selected("quota").length).toBeGreaterThan(5);
  expect(selected("quota/idle")).toEqual(["quota/idle"]);
  expect(selected(undefined)).toEqual(parts);
});

test("what idling takes has to be measured before it is used in calculations", () => {
  const idle = figure({ part: "quota/idle", name: "idle", unit: "%", runs: { seed: [13.7], ours: [1, 3] } });
  expect(idlePercentOf({ figures: [idle] }, "ours")).toBe(2);
  expect(() => idlePercentOf({ figures: [] }, "ours")).toThrow("npm run bench -- --only quota/idle");
});

describe("a machine's processes", () => {
  test("are told by their command lines", () => {
    const lines = {
      "postgres: paperclip paperclip [local] idle": "PostgreSQL",
      "/usr/lib/postgresql/17/bin/postgres -D /paperclip/postgres/17": "PostgreSQL",
      "tailscaled --statedir=/paperclip/tailscale": "tailscaled",
      "node --max-semi-space-size=8 /usr/local/lib/paperclip/start.js": "server",
      "/bin/bash /start.sh": "others",
    };
    expect(Object.keys(lines).map(kindOf)).toEqual(Object.values(lines));
  });

  test("have used the CPU of themselves and of their ended children, whatever their names are", () => {
    const stat = `7 (a) b) S ${"0 ".repeat(10)}100 50 25 5 20 0 1`;
    expect(cpuOf(stat)).toBe(1.8);
  });

  test("that have ended count as others", () => {
    const before = { server: 10, PostgreSQL: 5, tailscaled: 1, others: 9 };
    const after = { server: 11, PostgreSQL: 5.5, tailscaled: 1, others: 9.1 };
    expect(shares(before, after, 2, 100)).toEqual({ server: 1, PostgreSQL: 0.5, tailscaled: 0, others: 0.5 });
  });
});

describe("a machine that takes long", () => {
  test("is asked less often", () => {
    expect([pause(0), pause(50), pause(900)]).toEqual([0.03, 1, 5]);
  });

  test("is asked again while it has not answered, and the first yes counts", async () => {
    const answers = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
    let asked = 0;
    const ask = impatient(() => answers[asked++]?.promise ?? Promise.resolve(false));
    expect(await ask()).toBe(false);
    answers[1]?.resolve(true);
    expect(await ask()).toBe(true);
    expect(asked).toBe(2);
  });
});

describe("a page to which nothing comes any more", () => {
  test("waits for a stuck connection where the machine has nothing to do, or could do it", () => {
    expect(isStalled(20, 0.004, 0, 0.0625)).toBe(true);
    expect(isStalled(20, 0.14, 5, 0.0625)).toBe(true);
  });

  test("waits for the machine if the machine is held back and uses all that it is allowed", () => {
    expect(isStalled(60, 0.06, 0.09, 0.0625)).toBe(false);
  });

  test("has to be silent for a while", () => {
    expect(isStalled(19, 0, 5, 0.0625)).toBe(false);
  });
});

test("disks are limited by bytes and operations, each device as Fly.io's", () => {
  const { hostConfig } = diskLimits("/dev/vda", "/dev/loop3");
  expect(hostConfig.BlkioDeviceReadBps).toEqual([
    { Path: "/dev/vda", Rate: 8_388_608 },
    { Path: "/dev/loop3", Rate: 16_777_216 },
  ]);
  expect(hostConfig.BlkioDeviceWriteIOps.map(({ Rate }) => Rate)).toEqual([2000, 4000]);
});

test("a device's number is taken apart as the C library does", () => {
  expect([deviceNumbers(0xfe00), deviceNumbers(0x10_3_02)]).toEqual([
    [254, 0],
    [259, 2],
  ]);
});

describe("the section of the balance", () => {
  const results = (...figures: Figure[]) => quotaSection({ figures, parts: {} }).join("\n\n");

  test("is not there while nothing is measured", () => {
    expect(quotaSection({ figures: [figure({ part: "machine" })], parts: {} })).toEqual([]);
  });

  test("has a column for each balance that was measured", () => {
    const empty = figure({ part: "quota/empty", limitSeconds: 900, runs: { seed: [null], ours: [32] } });
    const text = results(figure({}), empty);
    expect(text).toContain("| | new: 5 s of balance | no balance |");
    expect(text).toContain("| restart to healthy | 20 → **4** | not in 900 s → **32** |");
  });

  test("says which parts were measured on a busy host", () => {
    const parts = { "quota/new": { subject: "a", pairs: 2, othersCpus: [0.1, 1.24] } };
    expect(quotaSection({ figures: [figure({})], parts }).at(-1)).toContain("quota/new (1.2 CPUs)");
  });

  test("reckons the tasks of each size from what a task takes there and what idling takes", () => {
    const idle = figure({ part: "quota/idle", name: "idle", unit: "%", runs: { seed: [14], ours: [1.25] } });
    const task = figure({
      part: "quota/sizes",
      name: "task, CPU",
      of: "shared-cpu-1x",
      unit: "CPU s",
      runs: { seed: [], ours: [3] },
    });
    expect(sizesTable([idle, task]).join("\n")).toContain("| shared-cpu-1x, 1 GB | 5.70 | 5.92 | 60 | – |");
    expect(smallestSize([idle, task]).join("\n")).toMatch(
      /^shared-cpu-1x with 1 GB, the default, carries 60 .* For 0\.72 dollars more/s,
    );
  });

  test("has no table without rows", () => {
    expect(markdown(["a"], [])).toBe("");
  });
});
