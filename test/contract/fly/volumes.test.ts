import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ApiClient, MachineAnswer } from "./support/apiClient.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describe("volumes", () => {
  const app = "volumes";
  const path = `/v1/apps/${app}/volumes`;
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

  const mounted = (volume: string, at = "/data") => ({ image, mounts: [{ volume, path: at }] });
  const run = async (machine: MachineAnswer, command: string) =>
    (await api.exec(app, machine.id, `/machine ${command}`)).stdout;

  test("are root's and hold nothing but lost+found, whatever the image has at that path", async () => {
    const { id } = await api.createVolume(app);
    const machine = await api.startedMachine(app, mounted(id, "/etc"));
    // Docker adds some files of its own to /etc in every container.
    const entries = (await run(machine, "ls /etc"))
      .split("\n")
      .filter((line) => !/hosts|hostname|resolv/.test(line));
    expect(entries).toEqual(["drwxr-xr-x 0 /etc", "drwx------ 0 /etc/lost+found", ""]);
  });

  test("belong to one machine, in their own region, for as long as it lives", async () => {
    const { id } = await api.createVolume(app, { region: "ams" });
    const create = (region: string) =>
      api.call<MachineAnswer>("POST", `/v1/apps/${app}/machines`, { config: mounted(id), region });
    expect(await create("sjc")).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("ams") },
    });
    const { body: machine } = await create("ams");
    expect(machine.config.mounts).toEqual([{ volume: id, path: "/data", encrypted: true, size_gb: 1 }]);
    expect(await create("ams")).toMatchObject({ status: 409 });
    expect(await api.call("DELETE", `${path}/${id}`)).toMatchObject({ status: 412 });
    expect(await api.ok("GET", `${path}/${id}`)).toMatchObject({ attached_machine_id: machine.id });
    await api.ok("DELETE", `/v1/apps/${app}/machines/${machine.id}?kill=true`);
    expect(await api.ok("GET", `${path}/${id}`)).toMatchObject({ attached_machine_id: null });
    await api.ok("DELETE", `${path}/${id}`);
    expect(await api.ok("GET", `${path}/${id}`)).toMatchObject({ state: "pending_destroy" });
    expect(await create("ams")).toMatchObject({ status: 412 });
  });

  test("go to one machine only when two are created at the same time", async () => {
    const { id } = await api.createVolume(app);
    const create = () => api.call("POST", `/v1/apps/${app}/machines`, { config: mounted(id), region: "sjc" });
    const answers = await Promise.all([create(), create(), create()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test("stay with their machine: an update cannot change them for others", async () => {
    const [first, second] = [await api.createVolume(app), await api.createVolume(app)];
    const machine = await api.startedMachine(app, mounted(first.id));
    const update = { config: mounted(second.id) };
    expect(await api.call("POST", `/v1/apps/${app}/machines/${machine.id}`, update)).toMatchObject({
      status: 400,
    });
    await api.ok("POST", `/v1/apps/${app}/machines/${machine.id}`, { config: { image } });
    expect(await api.ok("GET", `${path}/${first.id}`)).toMatchObject({ attached_machine_id: null });
  });

  test("come back from a snapshot as they were, and a fork is a copy", async () => {
    const { id } = await api.createVolume(app);
    const machine = await api.startedMachine(app, mounted(id));
    await run(machine, "write /data/state before");
    for (const path of ["/data", "/data/state"]) await run(machine, `chown ${path} 1000`);
    await api.ok("POST", `${path}/${id}/snapshots`);
    const snapshots = () =>
      api.ok<{ id: string; status: string; size: number }[]>("GET", `${path}/${id}/snapshots`);
    await vi.waitFor(async () => expect(await snapshots()).toMatchObject([{ status: "created" }]), 20_000);
    await run(machine, "write /data/state after");
    const [snapshot] = await snapshots();
    expect(snapshot?.size).toBeGreaterThan(0);
    const restored = await api.createVolume(app, { snapshot_id: snapshot?.id });
    const fork = await api.createVolume(app, { source_volume_id: id });
    const fromSnapshot = await api.startedMachine(app, mounted(restored.id));
    const fromFork = await api.startedMachine(app, mounted(fork.id));
    expect(await run(fromSnapshot, "cat /data/state")).toBe("before");
    expect((await run(fromSnapshot, "ls /data")).split("\n")).toEqual([
      "drwxr-xr-x 1000 /data",
      "drwx------ 0 /data/lost+found",
      "-rw-r--r-- 1000 /data/state",
      "",
    ]);
    expect(await run(fromFork, "cat /data/state")).toBe("after");
    expect(await run(machine, "cat /data/state")).toBe("after");
  });

  test("only grow", async () => {
    const { id } = await api.createVolume(app, { size_gb: 2 });
    for (const size of [1, 2, 501]) {
      expect(await api.call("PUT", `${path}/${id}/extend`, { size_gb: size })).toMatchObject({ status: 400 });
    }
    const extended = await api.ok("PUT", `${path}/${id}/extend`, { size_gb: 3 });
    expect(extended).toMatchObject({ volume: { id, size_gb: 3 }, needs_restart: false });
    expect(await api.ok("PUT", `${path}/${id}`, { snapshot_retention: 14 })).toMatchObject({
      snapshot_retention: 14,
    });
  });

  test("are another app's business alone", async () => {
    await api.createApp("elsewhere");
    const { id } = await api.createVolume("elsewhere");
    expect(await api.call("GET", `${path}/${id}`)).toMatchObject({ status: 404 });
    const machine = await api.call("POST", `/v1/apps/${app}/machines`, { config: mounted(id) });
    expect(machine).toMatchObject({ status: 400 });
    const fork = { name: "data", region: "sjc", source_volume_id: id };
    expect(await api.call("POST", path, fork)).toMatchObject({ status: 404 });
  });
});
