import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ApiClient, MachineAnswer } from "./support/apiClient.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describe("a machine", () => {
  const app = "runtime";
  let fly: TestFly;
  let api: ApiClient;
  let image: string;

  beforeAll(async () => {
    fly = await TestFly.start();
    api = fly.api();
    image = await fly.image(app, { labels: { made: "for a test" } });
    await api.createApp(app);
  });
  afterAll(() => fly?.stop());

  const start = (config: object = {}, more: object = {}) =>
    api.startedMachine(app, { image, restart: { policy: "no" }, ...config }, more);
  const stopped = ({ id }: MachineAnswer) => api.until(app, id, ({ state }) => state === "stopped");
  const lastExit = ({ events }: MachineAnswer) => events.find(({ type }) => type === "exit")?.request;
  const container = ({ id }: MachineAnswer) =>
    fly.docker.getContainer(`fly-${fly.emulator.instanceId}-${id}`).inspect();

  test("has its memory as a hard limit, with swap only if asked for", async () => {
    const machine = await start({ init: { cmd: ["eat", "300"] } });
    const after = await stopped(machine);
    expect(lastExit(after)?.exit_event).toMatchObject({ oom_killed: true, exit_code: 137 });
    const { HostConfig: limits } = await container(await start({ init: { swap_size_mb: 512 } }));
    expect(limits).toMatchObject({ Memory: 213 * 2 ** 20, MemorySwap: (213 + 512) * 2 ** 20 });
  });

  test("runs its process as the child of an init that is not the image's", async () => {
    const machine = await start();
    const processes = await api.ok<{ pid: number; command: string }[]>(
      "GET",
      `/v1/apps/${app}/machines/${machine.id}/ps`,
    );
    expect(processes.find(({ command }) => command === "/machine serve")?.pid).toBeGreaterThan(1);
  });

  test("can create a TUN device, and exec runs as root and takes input", async () => {
    const machine = await start({ image: await fly.image(app, { user: "1000:1000" }) });
    expect((await api.exec(app, machine.id, "/machine tun")).stdout).toBe("created tun0\n");
    expect((await api.exec(app, machine.id, "/machine stdin", { stdin: "secret" })).stdout).toBe("secret");
    expect((await api.exec(app, machine.id, `/machine echo 'a b' "c d" e`)).stdout).toBe("a b|c d|e\n");
  });

  test("runs the command that its config names, on the image's entrypoint or its own", async () => {
    const byCmd = await start({ init: { cmd: ["echo", "by cmd"] } });
    const byExec = await start({ init: { exec: ["/machine", "echo", "by exec"] } });
    const byEntrypoint = await start({ init: { entrypoint: ["/machine", "echo"], cmd: ["by", "both"] } });
    for (const machine of [byCmd, byExec, byEntrypoint]) await stopped(machine);
    const output = await api.logs(app);
    expect(output).toEqual(expect.arrayContaining(["by cmd", "by exec", "by|both"]));
  });

  test("is stopped with its signal, and killed when the timeout is over", async () => {
    const polite = await start({ stop_config: { signal: "SIGTERM" } });
    await api.ok("POST", `/v1/apps/${app}/machines/${polite.id}/stop`);
    await api.wait(app, polite.id, "stopped");
    expect(lastExit(await api.machine(app, polite.id))?.exit_event).toMatchObject({
      exit_code: 0,
      requested_stop: true,
    });
    const stubborn = await start({ stop_config: { timeout: "1s" }, env: { IGNORE_SIGNALS: "1" } });
    await api.ok("POST", `/v1/apps/${app}/machines/${stubborn.id}/stop`);
    await api.wait(app, stubborn.id, "stopped");
    expect(lastExit(await api.machine(app, stubborn.id))?.exit_event.exit_code).toBe(137);
    const output = await api.logs(app);
    expect(output).toEqual(expect.arrayContaining(["received terminated", "received interrupt"]));
  });

  test("gets a signal without being stopped", async () => {
    const machine = await start();
    await api.ok("POST", `/v1/apps/${app}/machines/${machine.id}/signal`, { signal: "SIGUSR1" });
    await vi.waitFor(async () =>
      expect(await api.logs(app)).toContainEqual("received user defined signal 1"),
    );
    expect((await api.machine(app, machine.id)).state).toBe("started");
  });

  test("is restarted after a failure as often as its policy says, and then stays stopped", async () => {
    const machine = await start({
      init: { cmd: ["exit", "2"] },
      restart: { policy: "on-failure", max_retries: 2 },
    });
    const after = await api.until(
      app,
      machine.id,
      ({ events }) => events.filter(({ type }) => type === "exit").length === 3,
    );
    const exits = after.events.filter(({ type }) => type === "exit").map(({ request }) => request);
    expect(exits.map((exit) => [exit?.restart_count, exit?.exit_event.restarting])).toEqual([
      [2, false],
      [2, true],
      [1, true],
    ]);
    expect((await stopped(machine)).state).toBe("stopped");
  });

  test("is left alone after a success, but not with the policy `always`", async () => {
    const once = await start({ init: { cmd: ["echo", "done"] }, restart: { policy: "on-failure" } });
    expect(lastExit(await stopped(once))?.exit_event).toMatchObject({ exit_code: 0, restarting: false });
    const again = await start({ init: { cmd: ["echo", "done"] }, restart: { policy: "always" } });
    await api.until(app, again.id, (machine) => (lastExit(machine)?.restart_count ?? 0) >= 2);
    await api.ok("POST", `/v1/apps/${app}/machines/${again.id}/stop`);
    await stopped(again);
  });

  test("waits to be started if the launch is skipped", async () => {
    const machine = await api.createMachine(app, { image }, { skip_launch: true });
    await api.wait(app, machine.id, "stopped");
    const previous = await api.ok("POST", `/v1/apps/${app}/machines/${machine.id}/start`);
    expect(previous).toEqual({ previous_state: "stopped" });
    await api.wait(app, machine.id, "started");
    const updated = { config: { image }, skip_launch: true };
    await api.ok("POST", `/v1/apps/${app}/machines/${machine.id}`, updated);
    await api.wait(app, machine.id, "stopped");
  });

  test("is only destroyed while it runs if that is said", async () => {
    const machine = await start();
    const path = `/v1/apps/${app}/machines/${machine.id}`;
    expect(await api.call("DELETE", path)).toMatchObject({ status: 412 });
    await api.ok("DELETE", `${path}?kill=true`);
    expect((await api.machine(app, machine.id)).state).toBe("destroyed");
    expect(await api.ok<MachineAnswer[]>("GET", `/v1/apps/${app}/machines`)).not.toContainEqual(
      expect.objectContaining({ id: machine.id }),
    );
  });

  test("is changed by the holder of its lease only", async () => {
    const machine = await start({}, { lease_ttl: 60 });
    const path = `/v1/apps/${app}/machines/${machine.id}`;
    const created = await api.createMachine(app, { image }, { lease_ttl: 60 });
    expect(created.nonce).toMatch(/^[0-9a-f]+$/);
    for (const action of ["stop", "restart", "lease"]) {
      expect(await api.call("POST", `${path}/${action}`)).toMatchObject({ status: 409 });
    }
    const holder = { "fly-machine-lease-nonce": created.nonce ?? "" };
    const own = `/v1/apps/${app}/machines/${created.id}`;
    const refreshed = await api.call<{ data: object }>("POST", `${own}/lease?ttl=30`, undefined, holder);
    expect(refreshed).toMatchObject({
      status: 201,
      body: { data: { nonce: created.nonce, version: created.instance_id } },
    });
    expect(await api.call("DELETE", `${own}/lease`, undefined, holder)).toMatchObject({ status: 200 });
  });

  test("is refused with the name of what the emulator does not do", async () => {
    const service = { protocol: "tcp", internal_port: 8080 };
    const refused: [object, string][] = [
      [{ containers: [] }, "config.containers"],
      [{ guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256, gpus: 1 } }, "config.guest.gpus"],
      [{ schedule: "daily" }, "config.schedule"],
      [{ services: [{ ...service, autostop: "suspend", min_machines_running: 0 }] }, "autostop"],
      [{ services: [{ ...service, protocol: "udp" }] }, "config.services.0.protocol"],
    ];
    for (const [config, name] of refused) {
      const answer = await api.call("POST", `/v1/apps/${app}/machines`, { config: { image, ...config } });
      expect(answer).toMatchObject({ status: 501, body: { error: expect.stringContaining(name) } });
    }
    const { id } = await start();
    const suspend = await api.call("POST", `/v1/apps/${app}/machines/${id}/suspend`);
    expect(suspend).toMatchObject({ status: 501 });
  });

  test("is refused in a size, region or with an image that Fly does not have", async () => {
    const requests: object[] = [
      { config: { image, guest: { cpu_kind: "shared", cpus: 1, memory_mb: 300 } } },
      { config: { image }, region: "xyz" },
      { config: { image: `${fly.registryHost}/nothing:latest` } },
      { config: { image: "docker.io/library/nginx:latest" } },
      { config: { image, stop_config: { timeout: "10m" } } },
    ];
    for (const request of requests) {
      expect(await api.call("POST", `/v1/apps/${app}/machines`, request)).toMatchObject({ status: 400 });
    }
  });
});
