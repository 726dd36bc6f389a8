import { expect, test } from "vitest";
import { HeldTrial } from "../../../../../local/fly/cpu/heldTrial.ts";
import { missingLimits } from "../../../../../local/fly/cpu/problem.ts";

const limits = { CpuCfsPeriod: true, CpuCfsQuota: true, CPUSet: true };

test("a host whose Docker ignores a limit is told by its name, with what to do", () => {
  expect(missingLimits(limits)).toBeUndefined();
  expect(missingLimits({ ...limits, CpuCfsQuota: false })).toMatch(/CpuCfsQuota.*CONFIG_CFS_BANDWIDTH/);
  expect(missingLimits({})).toMatch(/CpuCfsPeriod.*CpuCfsQuota.*CPUSet/);
});

test("a quota that is accepted and has no effect is found out in two seconds", () => {
  const trial = new HeldTrial({ cpu_kind: "shared", cpus: 1 });
  expect(trial.problem(true, 100, 7)).toBeUndefined();
  expect(trial.problem(true, 101, 8)).toBeUndefined();
  expect(trial.problem(true, 102, 9)).toContain("2.00 s of CPU in 2.00 s");
});

test("a machine that keeps to its quota, or is not held, is no problem", () => {
  const trial = new HeldTrial({ cpu_kind: "shared", cpus: 1 });
  for (const seconds of [0, 1, 2, 3, 4]) {
    expect(trial.problem(true, seconds, seconds * 0.0625)).toBeUndefined();
  }
  for (const seconds of [5, 6, 7, 8, 9]) expect(trial.problem(false, seconds, seconds)).toBeUndefined();
  // Held again: what it used in the meantime does not count.
  for (const seconds of [10, 11, 12]) {
    expect(trial.problem(true, seconds, 20 + seconds * 0.0625)).toBeUndefined();
  }
});
