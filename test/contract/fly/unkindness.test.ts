import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ApiClient, MachineAnswer } from "./support/apiClient.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** Behaviour of Fly.io that a kinder platform would not have. The sources are in local/fly/README.md. */
describe("the platform, as unkind as Fly.io,", () => {
  const app = "unkind";
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

  const conditions = (input: object) => api.ok("PUT", "/_emulator/conditions", input);
  const machines = `/v1/apps/${app}/machines`;
  const env = async ({ id }: MachineAnswer) => (await api.exec(app, id, "/machine env")).stdout;

  test("cuts a command after half a minute, or the time that it is asked for, and takes no more than a minute", async () => {
    const { id } = await api.startedMachine(app, { image });
    const cut = { status: 408, body: { error: expect.stringMatching(/^deadline_exceeded: Post "http:/) } };
    const exec = (timeout?: number) =>
      api.call("POST", `${machines}/${id}/exec`, { cmd: "/machine sleep 31", timeout });
    expect(await exec(1)).toMatchObject(cut);
    expect(await exec(61)).toMatchObject({ status: 400 });
    expect(await exec()).toMatchObject(cut);
    expect(await exec(40)).toMatchObject({ status: 200 });
  }, 120_000);

  test("knows nothing of a machine's health before its checks have had a result", async () => {
    await conditions({ checksHang: true });
    const checks = { alive: { type: "http", port: 8080, path: "/health", interval: "2s" } };
    const services = [{ protocol: "tcp", internal_port: 8080, checks: [{ type: "tcp" }] }];
    const { id, state, ...machine } = await api.startedMachine(app, { image, checks, services });
    expect([state, machine.checks]).toEqual(["started", []]);
    await conditions({ checksHang: false });
    const { checks: known } = await api.until(
      app,
      id,
      (it) => it.checks.length === 2 && it.checks.every(({ status }) => status === "passing"),
    );
    expect(known.map(({ name }) => name).sort()).toEqual(["alive", "servicecheck-00-tcp-8080"]);
  });

  test("gives a machine that starts again what is staged, and takes away what is unset, whoever starts it", async () => {
    const version = await api.setSecrets(app, { KEPT: "old", GONE: "yes" });
    const restart = { policy: "always" };
    const machine = await api.startedMachine(app, { image, restart }, { min_secrets_version: version });
    await api.ok("POST", `/v1/apps/${app}/secrets`, { values: { KEPT: "new", GONE: null } });
    for (const line of [/^GONE=yes$/m, /^KEPT=old$/m]) expect(await env(machine)).toMatch(line);
    // The machine crashes.
    await api.ok("POST", `${machines}/${machine.id}/signal`, { signal: "SIGKILL" });
    await api.until(
      app,
      machine.id,
      ({ state, events }) => state === "started" && events.some(({ type }) => type === "exit"),
    );
    expect(await env(machine)).toMatch(/^KEPT=new$/m);
    expect(await env(machine)).not.toContain("GONE=");
  });

  test("takes as long as it likes to pull an image, and starts no machine meanwhile", async () => {
    await conditions({ pullsHang: true });
    const created = await api.createMachine(app, { image });
    expect(created.state).toBe("created");
    expect(await api.call("POST", `${machines}/${created.id}/start`)).toMatchObject({ status: 412 });
    await conditions({ pullsHang: false });
    await api.wait(app, created.id, "started");
    await conditions({ pullsHang: true });
    await api.ok("POST", `${machines}/${created.id}`, { config: { image } });
    await api.until(app, created.id, ({ state }) => state === "replacing");
    // The machine can still be destroyed.
    await api.ok("DELETE", `${machines}/${created.id}?kill=true`);
    await conditions({ pullsHang: false });
    expect((await api.machine(app, created.id)).state).toBe("destroyed");
  });

  test("keeps the name of an app that was destroyed for a while", async () => {
    await api.createApp("short-lived");
    await conditions({ namesStay: true });
    await api.ok("DELETE", "/v1/apps/short-lived");
    expect(await api.call("GET", "/v1/apps/short-lived")).toMatchObject({ status: 404 });
    const again = { name: "short-lived", org_slug: "acme" };
    expect(await api.call("POST", "/v1/apps", again)).toMatchObject({
      status: 422,
      body: { status: "name_taken" },
    });
    await conditions({ namesStay: false });
    await api.createApp("short-lived");
  });

  test("extends a volume by itself as its mount says, and may want a restart when it is told to", async () => {
    const { id } = await api.createVolume(app);
    const mounts = [
      { volume: id, path: "/data", extend_threshold_percent: 80, add_size_gb: 1, size_gb_limit: 3 },
    ];
    const { config } = await api.startedMachine(app, { image, mounts });
    expect(config.mounts).toMatchObject(mounts);
    const size = async () =>
      (await api.ok<{ size_gb: number }>("GET", `/v1/apps/${app}/volumes/${id}`)).size_gb;
    const use = (usedGb: number) => api.ok("PUT", `/_emulator/volumes/${id}/used`, { usedGb });
    await use(0.7);
    expect(await size()).toBe(1);
    await use(0.9);
    expect(await size()).toBe(2);
    await use(5);
    expect(await size()).toBe(3);
    await conditions({ extendNeedsRestart: true });
    const extended = await api.ok("PUT", `/v1/apps/${app}/volumes/${id}/extend`, { size_gb: 4 });
    expect(extended).toMatchObject({ volume: { size_gb: 4 }, needs_restart: true });
    await conditions({ extendNeedsRestart: false });
  });

  test("stops a machine of an organization without a card, and says no reason", async () => {
    const { id } = await api.startedMachine(app, { image, restart: { policy: "always" } });
    await api.ok("POST", `/_emulator/machines/${id}/trial_stop`);
    const { state, events } = await api.machine(app, id);
    expect(state).toBe("stopped");
    expect(events[0]).toMatchObject({
      type: "exit",
      request: { exit_event: { requested_stop: true, restarting: false } },
    });
    expect(events.map(({ type }) => type)).not.toContain("stop");
  });

  test("knows no other condition than these", async () => {
    expect(await api.call("PUT", "/_emulator/conditions", { kind: true })).toMatchObject({ status: 501 });
  });
});
