import { describe, expect, test } from "vitest";
import { nextTimes, noTimes, procStatLength, procStatText } from "../../../../../local/fly/cpu/procStat.ts";

const host = [
  "cpu  32222 0 10151 16461 240 0 116 114 0 0",
  "cpu0 15822 0 4976 8763 23 0 18 58 0 0",
  "cpu1 16400 0 5175 7697 216 0 98 55 0 0",
  "intr 1109808 0 13 61971 0",
  "ctxt 4060072",
  "btime 1795853358",
  "processes 12347",
  "procs_running 5",
  "procs_blocked 0",
  "softirq 228558 0 21386 6 50636 61969 0 2866 31339 0 60356",
  "",
].join("\n");

const use = (usedSeconds: number, throttledSeconds = 0, userSeconds = 3, systemSeconds = 1) => ({
  usedSeconds,
  userSeconds,
  systemSeconds,
  throttledSeconds,
});

describe("the times of a machine's vCPUs", () => {
  test("are all of the time that has passed, of all vCPUs", () => {
    expect(nextTimes(noTimes, use(8, 4), 10, 2)).toEqual({ user: 6, system: 2, steal: 4, idle: 8 });
  });

  test("have no more steal than there was time left", () => {
    expect(nextTimes(noTimes, use(4, 9), 10, 1)).toMatchObject({ steal: 6, idle: 0 });
  });

  test("never go back, whatever the kernel's samples say", () => {
    const before = nextTimes(noTimes, use(4, 3, 1, 3), 10, 1);
    const after = nextTimes(before, use(4.1, 3, 5, 3), 10, 1);
    for (const name of ["user", "system", "steal", "idle"] as const) {
      expect(after[name]).toBeGreaterThanOrEqual(before[name]);
    }
    expect(after.user + after.system).toBeCloseTo(4.1);
  });
});

describe("a machine's /proc/stat", () => {
  const times = { user: 1.51, system: 0.5, steal: 6.49, idle: 3.01 };
  const lines = procStatText(2, times, host).split("\n");

  test("has its own times in hundredths of a second, with steal, and a line for each vCPU", () => {
    expect(lines.slice(0, 3)).toEqual([
      "cpu  151 0 50 301 0 0 0 649 0 0",
      "cpu0 75 0 25 150 0 0 0 324 0 0",
      "cpu1 76 0 25 151 0 0 0 325 0 0",
    ]);
    expect(lines[3]).toMatch(/^intr 1109808 0 0 [0 ]+$/);
  });

  test("has what programs look for besides", () => {
    expect(lines.slice(4).join("\n")).toBe(host.slice(host.indexOf("ctxt")));
  });

  test("is always of the same length, so that it can be written over the one before", () => {
    const large = { user: 1e7 + 0.11, system: 1e7, steal: 1e7, idle: 1e7 };
    for (const [cpus, some] of [
      [1, noTimes],
      [2, times],
      [16, large],
    ] as const) {
      expect(procStatText(cpus, some, host)).toHaveLength(procStatLength);
    }
  });
});
