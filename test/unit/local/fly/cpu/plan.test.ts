import { expect, test } from "vitest";
import { chooseCpus, cpuFlags, cpuHostConfig, quotaOf } from "../../../../../local/fly/cpu/plan.ts";
import { guestMemory } from "../../../../../local/fly/machines/guestMemory.ts";

test("a machine that is held has 5 of 80 ms for each of its shared vCPUs, and no limit but its vCPUs otherwise", () => {
  expect(quotaOf({ cpu_kind: "shared", cpus: 1 }, true)).toBe(5_000);
  expect(quotaOf({ cpu_kind: "shared", cpus: 2 }, true)).toBe(10_000);
  expect(quotaOf({ cpu_kind: "shared", cpus: 2 }, false)).toBe(-1);
  expect(cpuHostConfig({ cpus: "0,1", quota: 10_000 })).toEqual({
    CpuPeriod: 80_000,
    CpuQuota: 10_000,
    CpusetCpus: "0,1",
  });
});

test("a machine gets the CPUs on which the fewest others run, in turns where that is equal", () => {
  expect(chooseCpus(4, 1, [0, 0, 1, 2], 0)).toEqual([3]);
  expect(chooseCpus(2, 1, [], 0)).toEqual([0]);
  expect(chooseCpus(2, 1, [], 1)).toEqual([1]);
  expect(chooseCpus(4, 2, [1], 3)).toEqual([0, 3]);
});

test("a machine with more vCPUs than the host has CPUs gets all of them", () => {
  expect(chooseCpus(2, 8, [0], 1)).toEqual([0, 1]);
});

test("`docker run` is told the same as the API", () => {
  expect(cpuFlags({ cpus: "1", quota: 5_000 })).toEqual([
    "--cpu-period=80000",
    "--cpu-quota=5000",
    "--cpuset-cpus=1",
    "--label",
    "paperclip.fly.cpus=1",
  ]);
});

test.each([
  [256, 213],
  [512, 463],
  [1024, 965],
  [2048, 1968],
  [8192, 7985],
])("a machine of %i MB leaves its programs %i", (given, seen) => {
  expect(guestMemory(given)).toBe(seen);
});
