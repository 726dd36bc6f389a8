import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { CpuReading } from "../../../local/fly/cpu/watch.ts";
import type { ApiClient, MachineAnswer } from "./support/apiClient.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe("the CPU of a machine", () => {
  const app = "cpu";
  let fly: TestFly;
  let api: ApiClient;
  let image: string;

  beforeAll(async () => {
    fly = await TestFly.start();
    api = fly.api();
    image = await fly.image(app);
    await api.createApp(app);
  });
  afterAll(() => fly?.stop());
  // A busy machine would take CPU from the next test's machine.
  afterEach(async () => {
    const machines = await api.ok<MachineAnswer[]>("GET", `/v1/apps/${app}/machines`);
    for (const { id } of machines) await api.ok("DELETE", `/v1/apps/${app}/machines/${id}?kill=true`);
  });

  const guest = (cpu_kind: "shared" | "performance", cpus: number) => ({
    guest: { cpu_kind, cpus, memory_mb: cpu_kind === "shared" ? 256 * cpus : 2048 * cpus },
  });
  const start = (config: object = {}) => api.startedMachine(app, { image, ...config });
  /** Starts a machine with this many threads that never wait. */
  const startBusy = (threads: number, size = guest("shared", threads)) =>
    start({ ...size, init: { cmd: ["busy", String(threads)] } });
  const cpuPath = ({ id }: MachineAnswer) => `/_emulator/machines/${id}/cpu`;
  const cpu = (machine: MachineAnswer) => api.ok<CpuReading>("GET", cpuPath(machine));
  const setBalance = (machine: MachineAnswer, balanceSeconds: number) =>
    api.ok("PUT", cpuPath(machine), { balanceSeconds });
  const until = (machine: MachineAnswer, isAsItShouldBe: (reading: CpuReading) => boolean) =>
    vi.waitFor(
      async () => {
        const reading = await cpu(machine);
        if (!isAsItShouldBe(reading)) throw new Error(`it is still ${JSON.stringify(reading)}`);
        return reading;
      },
      { interval: 100, timeout: 100_000 },
    );

  /** CPU seconds that the machine uses per second, measured until it has used this many seconds of CPU. */
  async function rateOver(machine: MachineAnswer, seconds: number): Promise<number> {
    const before = await cpu(machine);
    const began = performance.now();
    const after = await until(machine, ({ usedSeconds }) => usedSeconds - before.usedSeconds >= seconds);
    return (after.usedSeconds - before.usedSeconds) / ((performance.now() - began) / 1000);
  }

  /** The balance at a start, as exactly as the time of the request to start allows. */
  async function balanceAtStart(machine: MachineAnswer, action: () => Promise<unknown>) {
    const began = performance.now();
    const starts = ({ events }: MachineAnswer) => events.filter(({ type }) => type === "start").length;
    const before = starts(await api.machine(app, machine.id));
    await action();
    await api.until(app, machine.id, (now) => now.state === "started" && starts(now) > before);
    const { balanceSeconds, usedSeconds } = await cpu(machine);
    const mostEarned = ((performance.now() - began) / 1000) * 0.0625;
    return { balance: balanceSeconds + usedSeconds, mostEarned };
  }

  function expectBalance(found: { balance: number; mostEarned: number }, seconds: number, lost = 0) {
    expect(found.balance).toBeGreaterThanOrEqual(seconds - lost - 0.001);
    expect(found.balance).toBeLessThanOrEqual(seconds + found.mostEarned + 0.001);
  }

  async function procStat(machine: MachineAnswer) {
    const { stdout } = await api.exec(app, machine.id, "/machine cat /proc/stat");
    const lines = stdout.split("\n").filter((line) => line.startsWith("cpu"));
    const [, ...all] = (lines[0] ?? "").split(/\s+/).map(Number);
    const [user = 0, nice = 0, system = 0] = all;
    return { lines: lines.length, used: user + nice + system, steal: all[7] ?? 0 };
  }

  test("is a sixteenth of a core without balance, however busy it is", async () => {
    const machine = await startBusy(1);
    await setBalance(machine, 0);
    const rate = await rateOver(machine, 0.4);
    expect(rate / 0.0625).toBeGreaterThan(0.8);
    expect(rate / 0.0625).toBeLessThan(1.2);
    expect(await cpu(machine)).toMatchObject({ isHeld: true });
  });

  test("is one pool for all its shared vCPUs", async () => {
    const machine = await startBusy(2);
    await setBalance(machine, 0);
    const rate = await rateOver(machine, 0.8);
    expect(rate / 0.125).toBeGreaterThan(0.8);
    expect(rate / 0.125).toBeLessThan(1.2);
    expect((await procStat(machine)).lines).toBe(3);
  });

  test("is all that its vCPU has while there is balance, and is held when that is used up", async () => {
    const machine = await startBusy(1);
    await setBalance(machine, 1);
    const before = await cpu(machine);
    expect(before.isHeld).toBe(false);
    const { balanceSeconds, usedSeconds } = await until(machine, ({ isHeld }) => isHeld);
    expect(usedSeconds - before.usedSeconds).toBeGreaterThan(before.balanceSeconds);
    // The CPU that it used before it was held is a debt. It does not grow.
    expect(balanceSeconds).toBeGreaterThan(-0.5);
    expect(balanceSeconds).toBeLessThanOrEqual(0);
  });

  test("is saved by idling, and runs freely again with what is saved", async () => {
    const machine = await start();
    const began = performance.now();
    await setBalance(machine, 0);
    expect(await cpu(machine)).toMatchObject({ isHeld: true });
    const { balanceSeconds } = await until(machine, ({ isHeld }) => !isHeld);
    expect(balanceSeconds).toBeGreaterThanOrEqual(0.1);
    expect(balanceSeconds).toBeLessThanOrEqual(((performance.now() - began) / 1000) * 0.0625);
  });

  test("has no quota on performance vCPUs", async () => {
    const machine = await startBusy(1, guest("performance", 1));
    await setBalance(machine, 0);
    const reading = await until(machine, ({ usedSeconds }) => usedSeconds > 1);
    expect(reading).toMatchObject({ isHeld: false, throttledSeconds: 0, stealSeconds: 0 });
  });

  test("begins with 5 s in a new machine, at a start and at a deploy", async () => {
    const began = performance.now();
    const machine = await start();
    const { balanceSeconds, usedSeconds } = await cpu(machine);
    const mostEarned = ((performance.now() - began) / 1000) * 0.0625;
    expectBalance({ balance: balanceSeconds + usedSeconds, mostEarned }, 5);

    const path = `/v1/apps/${app}/machines/${machine.id}`;
    for (const before of [200, 0]) {
      await setBalance(machine, before);
      const update = () => api.ok("POST", path, { config: { image, env: { BEFORE: String(before) } } });
      expectBalance(await balanceAtStart(machine, update), 5);
      await setBalance(machine, before);
      await api.ok("POST", `${path}/stop`);
      await api.wait(app, machine.id, "stopped");
      expectBalance(await balanceAtStart(machine, () => api.ok("POST", `${path}/start`)), 5);
    }
  });

  test("is kept by a restart, whoever asks for it", async () => {
    const machine = await start({ restart: { policy: "on-failure" } });
    await setBalance(machine, 200);
    const path = `/v1/apps/${app}/machines/${machine.id}`;
    // The CPU that the process used after the last reading, at its very end, is not known.
    expectBalance(await balanceAtStart(machine, () => api.ok("POST", `${path}/restart`)), 200, 0.5);
    await setBalance(machine, 100);
    const container = fly.docker.getContainer(`fly-${fly.emulator.instanceId}-${machine.id}`);
    expectBalance(await balanceAtStart(machine, () => container.kill()), 100, 0.5);
  });

  test("shows in the machine as steal, on as many CPUs as it has", async () => {
    const busy = await startBusy(1);
    await setBalance(busy, 0);
    const before = await procStat(busy);
    expect(before.lines).toBe(2);
    const { stealSeconds } = await cpu(busy);
    await until(busy, (reading) => reading.stealSeconds - stealSeconds > 3);
    const after = await procStat(busy);
    const steal = after.steal - before.steal;
    expect(steal / (steal + after.used - before.used)).toBeGreaterThan(0.7);

    const idle = await start();
    expect((await procStat(idle)).steal).toBe(0);
  });

  test("is set by a test, which holds the machine or lets it go at once", async () => {
    const machine = await startBusy(1);
    await setBalance(machine, 0);
    expect(await cpu(machine)).toMatchObject({ isHeld: true });
    await setBalance(machine, 500);
    expect(await cpu(machine)).toMatchObject({ isHeld: false });
  });

  test("is read and set of machines that run, by a balance that there can be", async () => {
    const missing = await api.call("GET", "/_emulator/machines/0000/cpu");
    expect(missing).toMatchObject({ status: 404 });
    const machine = await start();
    const much = await api.call("PUT", cpuPath(machine), { balanceSeconds: 501 });
    expect(much.status).toBe(400);
    await api.ok("POST", `/v1/apps/${app}/machines/${machine.id}/stop`);
    await api.wait(app, machine.id, "stopped");
    expect(await api.call("GET", cpuPath(machine))).toMatchObject({ status: 412 });
  });

  test("goes on while the emulator is restarted", async () => {
    const [busy, idle] = await Promise.all([startBusy(1), start()]);
    await setBalance(busy, 0);
    await setBalance(idle, 200);
    const began = performance.now();
    const before = [await cpu(busy), await cpu(idle)] as const;
    await fly.emulator.stop();
    await fly.startEmulator();
    api = fly.api();
    const after = [await cpu(busy), await cpu(idle)] as const;
    const mostEarned = ((performance.now() - began) / 1000) * 0.0625;
    for (const [index, reading] of after.entries()) {
      const earlier = before[index] ?? reading;
      expect(reading.usedSeconds).toBeGreaterThanOrEqual(earlier.usedSeconds);
      const balance = reading.balanceSeconds + reading.usedSeconds - earlier.usedSeconds;
      expectBalance({ balance, mostEarned }, earlier.balanceSeconds);
    }
    expect(after[0].isHeld).toBe(true);
  });
});
