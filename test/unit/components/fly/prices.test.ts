import { expect, test } from "vitest";
import { isPriced, monthlyPrice } from "../../../../components/fly/prices.ts";

/** Fly.io's table of 2025-08-19: 1, 2 and 4 shared vCPUs with 1 and 2 GB each. */
const table = [
  ["iad", 5.7, 10.7, 6.39, 11.39, 7.78, 12.78],
  ["ewr", 5.7, 10.7, 6.39, 11.39, 7.78, 12.78],
  ["ams", 5.92, 11.11, 6.64, 11.83, 8.08, 13.27],
  ["arn", 5.92, 11.11, 6.64, 11.83, 8.08, 13.27],
  ["bom", 6.13, 11.52, 6.88, 12.27, 8.37, 13.76],
  ["yyz", 6.35, 11.93, 7.13, 12.71, 8.67, 14.25],
  ["lhr", 6.46, 12.14, 7.25, 12.93, 8.82, 14.5],
] as const;

test.each(table)("every price of Fly.io's table comes out to the cent in %s", (region, ...prices) => {
  const sizes = ["shared-cpu-1x", "shared-cpu-2x", "shared-cpu-4x"];
  expect(sizes.flatMap((size) => [1024, 2048].map((mb) => monthlyPrice(size, mb, region)))).toEqual(prices);
});

test.each([
  ["shared-cpu-1x", 256, "iad", 1.94],
  ["shared-cpu-1x", 1024, "sjc", 6.79],
  ["performance-1x", 2048, "iad", 31],
  ["performance-1x", 4096, "iad", 41.01],
  ["performance-4x", 8192, "iad", 124],
])("so do the single prices that are known: %s with %i MB in %s", (size, memoryMb, region, price) => {
  expect(monthlyPrice(size, memoryMb, region)).toBeCloseTo(price, 2);
});

test("a region with unknown prices gets those of iad, and says so", () => {
  expect(monthlyPrice("shared-cpu-1x", 1024, "nrt")).toBe(monthlyPrice("shared-cpu-1x", 1024, "iad"));
  expect([isPriced("nrt"), isPriced("ams")]).toEqual([false, true]);
});

test("a preset that Fly.io does not have is an error", () => {
  expect(() => monthlyPrice("shared-cpu-3x", 1024, "ams")).toThrow(/shared-cpu-3x is not a machine preset/);
});
