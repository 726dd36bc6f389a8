import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { overBudget } from "../../bench/budget.ts";
import { chart } from "../../bench/chart.ts";
import { median } from "../../bench/figures.ts";
import { pages, summary } from "../../bench/pages.ts";
import { summaryRows } from "../../bench/quota/tables.ts";
import { section, sectionOf, table, withSection } from "../../bench/report.ts";
import { addPair, files, keepOnly, type Measured, type Results, readResults } from "../../bench/results.ts";
import { note, phasesOf, type Times, timesOf } from "../../bench/upPhases.ts";

const results = (): Results => ({
  date: "2026-11-26T00:00:00.000Z",
  machine: {},
  versions: { PAPERCLIP: "1" },
  parts: { machine: { subject: "a", pairs: 3 } },
  figures: [{ part: "machine", name: "restart", unit: "s", runs: { seed: [10, 12, 11], ours: [3, 2.5, 2] } }],
});

test("a growth of the image by more than 2 % is named with what to do about it", () => {
  const allowed = { imageBytes: 1000, startLayersBytes: 100 };
  expect(overBudget({ imageBytes: 1020, startLayersBytes: 90 }, allowed)).toEqual([]);
  expect(overBudget({ imageBytes: 1021, startLayersBytes: 90 }, allowed)).toEqual([
    expect.stringMatching(/^imageBytes: 1021, more than 2 % over the budget of 1000.*bench\/budget\.json/s),
  ]);
});

test("the middle of an even number of runs is between the two middle ones", () => {
  expect([median([4, 1, 3]), median([4, 1, 3, 2])]).toEqual([3, 2.5]);
});

test("the table shows each side's median and minimum, and our value as a share of the other side's", () => {
  expect(table(results().figures)).toContain("| restart | s | 11 (10) | 2.50 (2) | **23 %** | 3 |");
});

test("the chart's bar shows our share of the other side's value, and is never longer than the other side's", () => {
  const slower = results();
  slower.figures[0]?.runs.ours.splice(0, 3, 22);
  expect(chart(results())).toContain('<rect class="ours" x="290" width="63.6"');
  expect(chart(slower)).toContain('<rect class="ours" x="290" width="280.0"');
});

describe("a bench that was cut off", () => {
  const pair: Measured[] = [
    { side: "seed", name: "restart", unit: "s", value: 9 },
    { side: "ours", name: "restart", unit: "s", value: 3 },
  ];

  test("goes on with the next pair", () => {
    const before = results();
    expect(keepOnly(before, "machine", "a")).toBe(3);
    addPair(before, "machine", "a", pair);
    expect(before.parts.machine?.pairs).toBe(4);
    expect(before.figures[0]?.runs).toEqual({ seed: [10, 12, 11, 9], ours: [3, 2.5, 2, 3] });
  });

  test("begins a part anew when what it measures has changed, and leaves the others", () => {
    const before = results();
    addPair(before, "cold", "a", pair);
    expect(keepOnly(before, "machine", "b")).toBe(0);
    expect(before.figures.map(({ part }) => part)).toEqual(["cold"]);
  });
});

describe("the steps of an up", () => {
  const event = (times: Times, name: string, kind: "resourcePreEvent" | "resOutputsEvent", at: number) =>
    note(times, { [kind]: { metadata: { urn: `urn:pulumi:dev::paperclip::a:b:C::paperclip-${name}` } } }, at);

  test("last from the beginning of their first resource to the end of their last one", () => {
    const times: Times = {};
    for (const [index, name] of ["image", "image-push", "release", "device", "invite"].entries()) {
      event(times, name, "resourcePreEvent", index * 10);
      event(times, name, "resOutputsEvent", index * 10 + 4);
    }
    expect(phasesOf(times)).toEqual({ image: 14, release: 4, tailnet: 4, invitation: 4 });
  });

  test("that the engine did not report are an error, which lists what it did report", () => {
    const times: Times = {};
    event(times, "app", "resourcePreEvent", 1);
    expect(() => phasesOf(times)).toThrow("no image to image-push; it told of paperclip-app");
  });
});

describe("the engine's events", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bench-test-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  test("are read up to the last one, and reading ends with the update", async () => {
    const metadata = { urn: "urn:pulumi:dev::paperclip::a:b:C::paperclip-app" };
    const events = [{ resourcePreEvent: { metadata } }, { resOutputsEvent: { metadata } }];
    const lines = events.map((event) => JSON.stringify(event));
    const update = (eventLog: string) => execa("sh", ["-c", 'printf "%s\\n" "$@" >"$0"', eventLog, ...lines]);
    // A race would depend on which comes first, the last line or the update's end.
    for (let round = 0; round < 30; round++) {
      const times = await timesOf(join(folder, "events"), update);
      expect(times).toEqual({ "paperclip-app": { begin: expect.any(Number), end: expect.any(Number) } });
    }
  });

  test("of an update that fails before its first one are not waited for", async () => {
    const update = () => Promise.reject(new Error("there is no such stack"));
    await expect(timesOf(join(folder, "events"), update)).rejects.toThrow("there is no such stack");
  });
});

test("a page gets the section between its markers, and nothing else of it changes", () => {
  const page =
    "# A\n\n<!-- bench: made by `npm run bench` from bench/results.json -->\nold\n<!-- /bench -->\n\nrest\n";
  const made = withSection(page, "new");
  expect(made).toBe(page.replace("\nold\n", "\n\nnew\n\n"));
  expect(sectionOf(made)).toBe("new");
  expect(() => withSection("# A\n", "new")).toThrow("has no <!-- bench:");
});

test("without results both pages say how to get some", () => {
  expect([summary(undefined), section(undefined)]).toEqual(
    Array(2).fill(expect.stringContaining("npm run bench")),
  );
});

test.each(Object.entries(pages))("the figures of the page %s are those of results.json", async (_, page) => {
  expect(sectionOf(await readFile(page.file, "utf8"))).toBe(page.section(await readResults()));
});

test("README.md has the four rows that people wait for and the sizes; bench/README.md has all rows", async () => {
  const results = await readResults();
  const [short, long] = [summary(results), section(results)];
  expect(summaryRows.filter((name) => !short.includes(`| ${name} |`))).toEqual([]);
  expect(short).toContain("| shared-cpu-2x, 1 GB |");
  expect(short.match(/→ \*\*/g)?.length).toBeLessThanOrEqual(4 * summaryRows.length);
  const missing = (results?.figures ?? []).filter(
    ({ name }) => !name.startsWith("…") && !long.includes(name),
  );
  // The table of the sizes and the line about idling name their parts in their own words.
  expect(missing.filter(({ part }) => part !== "quota/sizes" && part !== "quota/idle")).toEqual([]);
});

test("the chart is that of results.json", async () => {
  const measured = await readResults();
  const drawn = await readFile(files.chart, "utf8").catch(() => undefined);
  expect(drawn).toBe(measured && chart(measured));
});
