import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { MachineAnswer } from "./support/apiClient.ts";
import { deployArguments, flyToml } from "./support/flyToml.ts";
import { TestFly, type TestFlyctl } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

// One app from its creation to its destruction, with flyctl. Each test is a stage of its life, in order.
describe("an app's life with flyctl", () => {
  const app = "life";
  let fly: TestFly;
  let flyctl: TestFlyctl;
  let image: string;
  let machineId: string;

  beforeAll(async () => {
    fly = await TestFly.start();
    flyctl = await fly.flyctl({ "fly.toml": flyToml(app) });
    image = await fly.image(app);
  });
  afterAll(() => fly?.stop());

  const machines = () => flyctl.json<MachineAnswer[]>(["machine", "list"]);
  const exec = async (command: string) =>
    (await flyctl.json<{ stdout?: string }>(["machine", "exec", machineId, command])).stdout ?? "";

  test("creates the app, once", async () => {
    expect(await flyctl.run(["apps", "create", app, "-o", "acme", "--network", app])).toContain(app);
    const again = await flyctl.try(["apps", "create", app, "-o", "acme"]);
    expect(again).toMatchObject({ exit: 1, stderr: expect.stringContaining("Name has already been taken") });
  });

  test("creates a volume that nobody has attached", async () => {
    await flyctl.run(["volumes", "create", "data", "--region", "sjc", "--size", "1", "--yes"]);
    const volumes = await flyctl.json<object[]>(["volumes", "list"]);
    expect(volumes).toEqual([
      expect.objectContaining({ name: "data", region: "sjc", size_gb: 1, attached_machine_id: null }),
    ]);
  });

  test("refuses a region that does not exist", async () => {
    const { exit, stderr } = await flyctl.try(["volumes", "create", "data", "--region", "xyz", "--yes"]);
    expect(exit).toBe(1);
    expect(stderr).toContain("region");
  });

  test("allocates a private address that both APIs show", async () => {
    await flyctl.run(["ips", "allocate-v6", "--private"]);
    const [address] = await flyctl.json<{ Address: string; Type: string }[]>(["ips", "list"]);
    expect(address).toMatchObject({ Type: "private_v6", Address: expect.stringMatching(/^fdaa:/) });
    const { ips } = await fly.api().ok<{ ips: { ip: string }[] }>("GET", `/v1/apps/${app}/ip_assignments`);
    expect(ips.map(({ ip }) => ip)).toEqual([address?.Address]);
  });

  test("stages secrets from stdin and keeps their values out of record and log", async () => {
    await flyctl.run(["secrets", "import", "--stage"], 'API_KEY="canary # one"\nPLAIN=two\n');
    const secrets = await flyctl.json<{ name: string; status: string }[]>(["secrets", "list"]);
    expect(secrets.map(({ name, status }) => [name, status])).toEqual([
      ["API_KEY", "Staged"],
      ["PLAIN", "Staged"],
    ]);
    const requests = await fly.api().requests();
    expect(requests.find(({ path, method }) => method === "POST" && path.endsWith("/secrets"))?.body).toEqual(
      {
        values: { API_KEY: "[redacted]", PLAIN: "[redacted]" },
      },
    );
    expect(JSON.stringify(requests) + fly.log).not.toMatch(/canary|fo1_test/);
  });

  test("deploys one machine, without a public address", async () => {
    await flyctl.run(deployArguments(image, { fast: false }));
    const found = await machines();
    expect(found).toHaveLength(1);
    machineId = found[0]?.id ?? "";
    expect(machineId).toMatch(/^[0-9a-f]{14}$/);
    expect(found[0]).toMatchObject({
      state: "started",
      host_status: "ok",
      config: { image },
      checks: [{ name: "servicecheck-00-http-3100", status: "passing", output: "healthy" }],
    });
    expect(await flyctl.json(["ips", "list"])).toEqual([expect.objectContaining({ Type: "private_v6" })]);
  });

  test("gives the machine its secrets and the runtime's variables", async () => {
    const environment = (await exec("/machine env")).split("\n");
    expect(environment).toEqual(
      expect.arrayContaining([
        "API_KEY=canary # one",
        "PLAIN=two",
        `FLY_APP_NAME=${app}`,
        `FLY_MACHINE_ID=${machineId}`,
        "FLY_REGION=sjc",
        "PRIMARY_REGION=sjc",
        "FLY_PROCESS_GROUP=app",
        "FLY_VM_MEMORY_MB=256",
        `FLY_IMAGE_REF=${image}`,
      ]),
    );
    const secrets = await flyctl.json<{ status: string }[]>(["secrets", "list"]);
    expect(secrets.map(({ status }) => status)).toEqual(["Deployed", "Deployed"]);
  });

  test("tells of the deploy in status, checks, releases, processes and logs", async () => {
    expect(await flyctl.run(["status"])).toMatch(new RegExp(`app +│ ${machineId} │ 1 +│ sjc +│ started`));
    expect(await flyctl.json(["checks", "list"])).toMatchObject({ [machineId]: [{ status: "passing" }] });
    expect(await flyctl.json(["releases"])).toMatchObject([{ Version: 1, Status: "complete" }]);
    const processes = await fly.api().ok("GET", `/v1/apps/${app}/machines/${machineId}/ps`);
    expect(processes).toContainEqual(
      expect.objectContaining({
        command: "/machine serve",
        listen_sockets: [{ proto: "tcp", address: "[::]:3100" }],
      }),
    );
    expect(await flyctl.run(["logs", "--no-tail"])).toContain("listening on 3100");
  });

  test("reports the exit code and the output of a command that fails", async () => {
    const result = await flyctl.json(["machine", "exec", machineId, "/machine exit 3"]);
    expect(result).toEqual({ exit_code: 3, stdout: "partial out\n", stderr: "boom err\n" });
  });

  test("restarts from the image: only the volume keeps what was written", async () => {
    await exec("/machine write /data/kept yes");
    await exec("/machine write /lost no");
    await flyctl.run(["machine", "restart", machineId]);
    expect(await exec("/machine cat /data/kept")).toBe("yes");
    const lost = await flyctl.json(["machine", "exec", machineId, "/machine cat /lost"]);
    expect(lost).toMatchObject({ exit_code: 1 });
  });

  test("deploys again to the same machine, under a lease and with secrets that were staged meanwhile", async () => {
    await flyctl.run(["secrets", "import", "--stage"], "PLAIN=three\n");
    expect(await exec("/machine env")).toContain("PLAIN=two");
    const [before] = await machines();
    await fly.api().forgetRequests();
    await flyctl.run(deployArguments(image));
    const [after] = await machines();
    expect(after?.id).toBe(machineId);
    expect(after?.instance_id).not.toBe(before?.instance_id);
    expect(await exec("/machine env")).toContain("PLAIN=three");
    expect(await exec("/machine cat /data/kept")).toBe("yes");
    const machine = `/v1/apps/${app}/machines/${machineId}`;
    const changes = (await fly.api().requests()).filter(
      ({ method, path }) => method !== "GET" && path.startsWith(machine) && !path.endsWith("/exec"),
    );
    expect(
      changes.map(({ method, path, status }) => `${method} ${path.slice(machine.length)} ${status}`),
    ).toEqual(["POST /lease?ttl=13 201", "POST  200", "DELETE /lease 200"]);
    expect(await flyctl.json(["releases"])).toMatchObject([{ Version: 2 }, { Version: 1 }]);
  });

  test("restarts the machine with a secret that is deployed", async () => {
    await flyctl.run(["secrets", "set", "LIVE=1", "--stage"]);
    await flyctl.run(["secrets", "deploy", "--dns-checks=false"]);
    expect(await exec("/machine env")).toContain("LIVE=1");
    await flyctl.run(["secrets", "unset", "LIVE", "--stage"]);
    expect(await flyctl.json(["secrets", "list"])).toHaveLength(2);
  });

  test("destroys the app with all that it has", async () => {
    expect((await fly.dockerObjects()).length).toBeGreaterThanOrEqual(3);
    await flyctl.run(["apps", "destroy", app, "--yes"]);
    expect(await fly.dockerObjects()).toEqual([]);
    const again = await flyctl.try(["apps", "destroy", app, "--yes"]);
    expect(again).toMatchObject({ exit: 1, stderr: expect.stringContaining(`Could not find App "${app}"`) });
  });
});
