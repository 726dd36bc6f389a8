import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiClient, MachineAnswer } from "./support/apiClient.ts";
import { TestFly, type TestFlyctl } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** Sources: Fly.io's documentation of machine migration and of volume states, and flyctl's `machine status`. */
const app = "moving";
const at = `/v1/apps/${app}`;
let fly: TestFly;
let api: ApiClient;
let flyctl: TestFlyctl;
let machine: MachineAnswer;
let image: string;

beforeAll(async () => {
  fly = await TestFly.start();
  api = fly.api();
  flyctl = await fly.flyctl();
  image = await fly.image(app);
  await api.createApp(app);
  const { id } = await api.createVolume(app);
  machine = await api.startedMachine(app, {
    image,
    mounts: [{ volume: id, path: "/data" }],
    stop_config: { signal: "SIGTERM" },
  });
  await run("write /data/state kept");
});
afterAll(() => fly?.stop());

interface VolumeAnswer {
  id: string;
  state: string;
  attached_machine_id: string | null;
  created_at: string;
}

const run = async (command: string) => (await api.exec(app, machine.id, `/machine ${command}`)).stdout;
const migrate = (how: object) => api.call("POST", `/_emulator/machines/${machine.id}/migrate`, how);
const volumes = () => api.ok<VolumeAnswer[]>("GET", `${at}/volumes`);
const listed = () => flyctl.json<VolumeAnswer[]>(["volumes", "list", "--app", app]);

test("stops the machine by its kill signal and makes a copy of its volume, which has the same name", async () => {
  const [before] = await listed();
  expect(await migrate({ until: "copying", createdAt: "new" })).toMatchObject({ status: 204 });
  expect(await api.machine(app, machine.id)).toMatchObject({ state: "stopped" });
  expect(await api.logs(app)).toContain("received terminated");
  const [original, copy] = await listed();
  expect(original).toEqual(before);
  expect(copy).toMatchObject({ state: "hydrating", attached_machine_id: null });
  expect(copy?.id).not.toBe(original?.id);
  expect(copy?.created_at).not.toBe(original?.created_at);
});

test("starts the same machine with the copy, at another address of its network", async () => {
  expect(await migrate({ until: "moved" })).toMatchObject({ status: 204 });
  const moved = await api.machine(app, machine.id);
  expect(moved).toMatchObject({ state: "started", id: machine.id });
  expect(moved.instance_id).not.toBe(machine.instance_id);
  expect(moved.private_ip).not.toBe(machine.private_ip);
  expect(moved.private_ip.split(":").slice(0, 4)).toEqual(machine.private_ip.split(":").slice(0, 4));
  expect(await run("cat /data/state")).toBe("kept");
  const [original, copy] = await listed();
  expect(original).toMatchObject({ state: "created", attached_machine_id: null });
  expect(copy).toMatchObject({ state: "hydrating", attached_machine_id: machine.id });
  expect(moved.config.mounts).toMatchObject([{ volume: copy?.id }]);
  expect(moved.events.find(({ type }) => type === "launch")).toMatchObject({ source: "flyd" });
});

test("leaves the original to be deleted, which flyctl lists no more, and no machine takes", async () => {
  expect(await migrate({ until: "done" })).toMatchObject({ status: 204 });
  const [original, copy] = await volumes();
  expect(original).toMatchObject({ state: "pending_destroy", attached_machine_id: null });
  expect(copy).toMatchObject({ state: "created", attached_machine_id: machine.id });
  expect(await listed()).toMatchObject([{ id: copy?.id }]);
  const config = { image, mounts: [{ volume: original?.id, path: "/data" }] };
  expect(await api.call("POST", `${at}/machines`, { config, region: "sjc" })).toMatchObject({ status: 412 });
});

test("can be told that a copy keeps the age of the original, and that neither is attached meanwhile", async () => {
  const [before] = await listed();
  await migrate({ until: "copying", createdAt: "kept", attachedWhileCopying: false });
  const both = await listed();
  expect(both.map(({ attached_machine_id: attached }) => attached)).toEqual([null, null]);
  expect(both.map(({ created_at: created }) => created)).toEqual([before?.created_at, before?.created_at]);
  await migrate({ until: "done" });
  expect(await listed()).toMatchObject([{ attached_machine_id: machine.id, created_at: before?.created_at }]);
  expect(await run("cat /data/state")).toBe("kept");
});

test("is refused for a machine that does not run", async () => {
  await api.ok("POST", `${at}/machines/${machine.id}/stop`);
  await api.wait(app, machine.id, "stopped");
  expect(await migrate({})).toMatchObject({ status: 412 });
});
