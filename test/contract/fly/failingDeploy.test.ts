import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { untilSent } from "../flyctl/runFlyctl.ts";
import type { ApiClient, MachineAnswer } from "./support/apiClient.ts";
import { deployArguments, flyToml } from "./support/flyToml.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe("deploys that fail", () => {
  let fly: TestFly;
  let api: ApiClient;

  beforeAll(async () => {
    fly = await TestFly.start();
    api = fly.api();
  });
  afterAll(() => fly?.stop());

  /** Creates an app without a volume, in its own network, and a flyctl for it. */
  async function newApp(app: string, toml: Parameters<typeof flyToml>[1] = {}) {
    await api.createApp(app);
    return fly.flyctl({ "fly.toml": flyToml(app, { volume: false, ...toml }) });
  }

  const machinesOf = (app: string) => api.ok<MachineAnswer[]>("GET", `/v1/apps/${app}/machines`);
  const releasesOf = (app: string) =>
    api.ok<{ releases: { status: string }[] }>("GET", `/api/v1/apps/${app}/releases`);

  test("checks that never pass: the machine stays, without a lease, and the release has failed", async () => {
    const flyctl = await newApp("unhealthy", { health: "bad" });
    const argv = [...deployArguments(await fly.image("unhealthy")), "--wait-timeout", "4s"];
    const { exit, stderr } = await flyctl.try(argv);
    expect(exit).toBe(1);
    expect(stderr).toContain("timeout reached waiting for health checks to pass");
    const [machine] = await machinesOf("unhealthy");
    expect(machine).toMatchObject({
      state: "started",
      checks: [{ status: "critical", output: "HTTP 503: unhealthy\n" }],
    });
    expect((await api.call("GET", `/v1/apps/unhealthy/machines/${machine?.id}/lease`)).status).toBe(404);
    expect(await releasesOf("unhealthy")).toMatchObject({ releases: [{ status: "failed" }] });
  });

  test("an image that exits: flyctl sees a crash loop", async () => {
    const flyctl = await newApp("crashes");
    const image = await fly.image("crashes", { cmd: ["exit", "7"] });
    const { exit, stderr, stdout } = await flyctl.try(deployArguments(image, { fast: false }));
    expect(exit).toBe(1);
    expect(stdout + stderr).toContain("the app appears to be crashing");
    const [machine] = await machinesOf("crashes");
    const exits = machine?.events.filter(({ type }) => type === "exit").map(({ request }) => request);
    expect(exits?.[0]).toMatchObject({
      exit_event: { exit_code: 7, requested_stop: false },
      restart_count: expect.any(Number),
    });
    expect(exits?.length).toBeGreaterThan(1);
  });

  test("an image that is not in the registry: no machine is made", async () => {
    const flyctl = await newApp("imageless");
    const image = `${fly.registryHost}/imageless@sha256:${"0".repeat(64)}`;
    const { exit, stderr } = await flyctl.try(deployArguments(image));
    expect(exit).toBe(1);
    expect(stderr).toContain("could not find image");
    expect(await machinesOf("imageless")).toEqual([]);
  });

  test("a deploy that is interrupted leaves the lease of the machine that it made", async () => {
    const flyctl = await newApp("interrupted", { health: "bad" });
    const argv = deployArguments(await fly.image("interrupted"));
    const deploy = execa("flyctl", argv, {
      cwd: flyctl.workingDirectory,
      env: flyctl.environment,
      extendEnv: false,
      reject: false,
    });
    await pWaitFor(async () => (await machinesOf("interrupted")).some(({ state }) => state === "started"));
    deploy.kill("SIGINT");
    expect((await deploy).exitCode).toBe(127);
    const [machine] = await machinesOf("interrupted");
    const lease = await api.ok("GET", `/v1/apps/interrupted/machines/${machine?.id}/lease`);
    expect(lease).toMatchObject({ status: "success", data: { owner: "dev@example.test" } });
    const path = `/v1/apps/interrupted/machines/${machine?.id}`;
    expect(await api.call("POST", `${path}/stop`)).toMatchObject({ status: 409 });
    expect(await api.call("POST", `${path}/lease`)).toMatchObject({ status: 409 });
  });

  test("a 502 is retried by flyctl; a create behind it that was done is done twice", async () => {
    const flyctl = await newApp("retried");
    const create = ["volumes", "create", "data", "--region", "sjc", "--yes"];
    const match = { method: "POST", path: "/v1/apps/retried/volumes$" };
    const volumes = async () => (await flyctl.json<object[]>(["volumes", "list"])).length;
    const created = (afterHandling: boolean) =>
      untilSent(async () => {
        const before = await volumes();
        await api.fail({ match, fail: { how: "status", status: 502 }, afterHandling });
        return { ...(await flyctl.try(create)), made: (await volumes()) - before };
      });
    expect(await created(false)).toMatchObject({ exit: 0, made: 1 });
    expect(await created(true)).toMatchObject({ exit: 0, made: 2 });
  });

  test("a volume on a host that is not ok does not count for flyctl", async () => {
    const flyctl = await newApp("broken-host", { volume: true });
    const volume = await api.createVolume("broken-host");
    await api.ok("PUT", "/_emulator/host_status", { id: volume.id, status: "unreachable" });
    await flyctl.run(deployArguments(await fly.image("broken-host")));
    const volumes = await flyctl.json<{ id: string; attached_machine_id: string | null }[]>([
      "volumes",
      "list",
    ]);
    expect(volumes).toHaveLength(2);
    expect(volumes.find(({ id }) => id === volume.id)?.attached_machine_id).toBeNull();
  });
});
