import { expect, test } from "vitest";
import { overBudget } from "../../bench/budget.ts";
import { chart } from "../../bench/chart.ts";
import { median, type Results, table } from "../../bench/figures.ts";

const results: Results = {
  date: "2026-11-26T00:00:00.000Z",
  machine: {},
  versions: { PAPERCLIP: "1" },
  figures: [{ name: "restart", unit: "s", runs: { seed: [10, 12, 11], ours: [3, 2.5, 2] } }],
};

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

test("the table shows each side's median and minimum and what part of the seed's ours is", () => {
  expect(table(results)).toContain("| restart | s | 11.0 (10.0) | 2.50 (2.00) | 23 % | 3 |");
});

test("the chart's bar is as long as our part of the seed's", () => {
  expect(chart(results)).toContain('<rect class="ours" x="250" width="86.4"');
});
