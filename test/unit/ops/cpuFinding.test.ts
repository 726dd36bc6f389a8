import { describe, expect, test } from "vitest";
import { cpuQuota, machineSizes } from "../../../components/fly/machineSizes.ts";
import { type CpuReadings, cpuFinding, type ListedMachine, quotaNeeded } from "../../../ops/cpuFinding.ts";
import { readTexts } from "../../../program/settingsSchema.ts";

/** A day, an hour, and the ten seconds that doctor watches, in hundredths of a second. */
const [day, hour, look] = [8_640_000, 360_000, 1_000];

/** A machine with one vCPU, held back for these shares of the time: of the last ten seconds, and of all the time before. */
function readings(lately: number, before: number, age = day): CpuReadings {
  const times = (ticks: number, held: number) => ({
    used: ticks / 100,
    steal: ticks * held,
    idle: ticks * (0.99 - held),
  });
  const [first, more] = [times(age, before), times(look, lately)];
  const last = {
    used: first.used + more.used,
    steal: first.steal + more.steal,
    idle: first.idle + more.idle,
  };
  return { cpus: 1, first, last };
}

const machine = (cpus = 1, memory_mb = 1024, cpu_kind = "shared", region = "ams"): ListedMachine => ({
  region,
  config: { guest: { cpu_kind, cpus, memory_mb } },
});

test("a machine that gets the CPU that it has work for is fine, and doctor says how much it was held back", () => {
  expect(cpuFinding(readings(0, 0.02), machine())).toEqual({
    subject: "cpu",
    text: "held back for 0 % of the last ten seconds, 2 % since the start",
  });
});

describe("a machine that is held back for more than a tenth of the time is told by how much, and which size fixes it at which price:", () => {
  test.each<[string, CpuReadings, ListedMachine, string, string]>([
    [
      "a little, just now",
      readings(0.2, 0.01),
      machine(),
      "held back for 20 % of the last ten seconds, 1 % since the start; shared-cpu-2x with 1gb fixes it for 6.64 dollars a month",
      "pulumi config set size shared-cpu-2x && pulumi up",
    ],
    [
      "a little, all the time",
      readings(0, 0.2),
      machine(),
      "held back for 0 % of the last ten seconds, 20 % since the start; shared-cpu-2x with 1gb fixes it for 6.64 dollars a month",
      "pulumi config set size shared-cpu-2x && pulumi up",
    ],
    [
      "half of the time",
      readings(0.45, 0.01),
      machine(),
      "held back for 45 % of the last ten seconds, 1 % since the start; shared-cpu-4x with 1gb fixes it for 8.08 dollars a month",
      "pulumi config set size shared-cpu-4x && pulumi up",
    ],
    [
      "always, on a size that comes with less memory than the next",
      readings(0.93, 0.5),
      machine(),
      "held back for 93 % of the last ten seconds, 50 % since the start; shared-cpu-8x with 2gb fixes it for 16.15 dollars a month",
      "pulumi config set size shared-cpu-8x && pulumi config set memory 2gb && pulumi up",
    ],
    [
      "always, on the largest shared size",
      readings(0.5, 0.5),
      machine(8, 2048, "shared", "iad"),
      "held back for 50 % of the last ten seconds, 50 % since the start; performance-1x with 2gb fixes it for 31.00 dollars a month",
      "pulumi config set size performance-1x && pulumi up",
    ],
    [
      "in a region whose prices are not known",
      readings(0.2, 0.01),
      machine(1, 1536, "shared", "nrt"),
      "held back for 20 % of the last ten seconds, 1 % since the start; shared-cpu-2x with 1536mb fixes it for about 8.89 dollars a month",
      "pulumi config set size shared-cpu-2x && pulumi up",
    ],
  ])("%s", (_, cpu, listed, text, fix) => {
    expect(cpuFinding(cpu, listed)).toEqual({ subject: "cpu", text, fix });
  });

  test("with several vCPUs, which all wait while their quota is used up", () => {
    const before = { used: 0, steal: 0, idle: 8 * hour };
    const cpu = { cpus: 8, first: before, last: { used: 500, steal: 400, idle: 8 * hour + 7_100 } };
    expect(cpuFinding(cpu, machine(8, 2048)).text).toContain("held back for 40 % of the last ten seconds");
  });
});

test("a machine that has just started is not judged by its start, which takes more CPU than a new machine has saved", () => {
  expect(cpuFinding(readings(0, 0.6, hour / 12), machine()).fix).toBeUndefined();
  expect(cpuFinding(readings(0.9, 0.6, hour / 12), machine())).toEqual({
    subject: "cpu",
    text: "held back for 90 % of the last ten seconds, 61 % since the start; that is of the start, look again in a quarter of an hour",
  });
  expect(cpuFinding(readings(0, 0.6, hour), machine()).fix).toBeDefined();
  expect(cpuFinding(readings(0.9, 0, hour), machine()).fix).toBeDefined();
});

test("a machine with dedicated CPUs is held back only by its host, so no other size is offered", () => {
  const { text, fix } = cpuFinding(readings(0.3, 0.3), machine(1, 2048, "performance"));
  expect([text, fix]).toEqual([
    "held back for 30 % of the last ten seconds, 30 % since the start",
    "see https://status.flyio.net, then try again",
  ]);
});

test("a machine with an image from before this question is told to get a new one", () => {
  expect(cpuFinding(undefined, machine()).fix).toBe("pulumi up");
});

describe("the size that doctor names", () => {
  const shared = [...machineSizes].filter(([, { cpuKind }]) => cpuKind === "shared");

  test.each(shared)("from %s on holds the same work back for a tenth of the time at most", (_, preset) => {
    const quota = cpuQuota(preset);
    for (const held of [0.11, 0.3, 0.5, 1 - quota]) {
      const needed = quotaNeeded(held, quota);
      const work = (held * quota) / (1 - quota);
      expect((work * (1 - needed)) / needed).toBeLessThanOrEqual(0.1 + 1e-9);
      expect(needed).toBeGreaterThan(quota);
    }
  });

  test.each(shared)(
    "from %s on is a valid setting with the memory that is named",
    (_, { cpus, memoryMb }) => {
      for (const held of [0.11, 0.3, 0.5, 1]) {
        const now = Math.max(1024, memoryMb);
        const { fix = "" } = cpuFinding(readings(held, held), machine(cpus, now));
        const [, size = ""] = /config set size (\S+)/.exec(fix) ?? [];
        const [, memory = `${now}mb`] = /config set memory (\S+)/.exec(fix) ?? [];
        const texts = { region: "ams", tailnet: "tail1234.ts.net", size, memory };
        expect(readTexts({ texts, encrypted: new Set() }).mistakes).toEqual([]);
      }
    },
  );
});
