import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ApiClient, MachineAnswer } from "./support/apiClient.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describe("private networks", () => {
  let fly: TestFly;
  let api: ApiClient;
  let target: MachineAnswer;
  let targetIpv4: string;

  beforeAll(async () => {
    fly = await TestFly.start();
    api = fly.api();
    const image = await fly.image("networks");
    await api.createApp("target", "alpha");
    await api.createApp("neighbour", "alpha");
    await api.createApp("stranger", "beta");
    target = await api.startedMachine("target", { image });
    await api.startedMachine("neighbour", { image });
    await api.startedMachine("stranger", { image });
    const container = await fly.docker.getContainer(`fly-${fly.emulator.instanceId}-${target.id}`).inspect();
    targetIpv4 = Object.values(container.NetworkSettings.Networks)[0]?.IPAddress ?? "";
  });
  afterAll(() => fly?.stop());

  async function dial(from: string, address: string) {
    const [machine] = await api.ok<MachineAnswer[]>("GET", `/v1/apps/${from}/machines`);
    return api.exec(from, machine?.id ?? "", `/machine dial ${address}`);
  }

  test("a machine has a 6PN address, which it knows", async () => {
    expect(target.private_ip).toMatch(/^fdaa:[0-9a-f:]+:2$/);
    const { stdout } = await api.exec("target", target.id, "/machine env");
    expect(stdout).toContain(`FLY_PRIVATE_IP=${target.private_ip}\n`);
  });

  test("an app of the same network reaches it over IPv6, IPv4 and by name", async () => {
    for (const address of [`[${target.private_ip}]:8080`, `${targetIpv4}:8080`, "target.internal:8080"]) {
      expect(await dial("neighbour", address)).toMatchObject({ exit_code: 0 });
    }
  });

  test("an app of another network reaches it neither over IPv6 nor over IPv4", async () => {
    for (const address of [`[${target.private_ip}]:8080`, `${targetIpv4}:8080`]) {
      const { exit_code: exitCode, stderr } = await dial("stranger", address);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/refused|timeout|unreachable|permission denied/);
    }
    expect((await dial("stranger", "target.internal:8080")).stderr).toContain("no such host");
  });

  test("nor does a container of a Docker network that is not the emulator's", async () => {
    const outside = await fly.docker.createNetwork({ Name: `outside-${fly.emulator.instanceId}` });
    const image = (await fly.docker.getContainer(`fly-${fly.emulator.instanceId}-${target.id}`).inspect())
      .Image;
    const container = await fly.docker.createContainer({
      Image: image,
      Cmd: ["dial", `${targetIpv4}:8080`],
      HostConfig: { NetworkMode: outside.id },
    });
    try {
      await container.start();
      expect(await container.wait()).toMatchObject({ StatusCode: 1 });
    } finally {
      await container.remove({ force: true });
      await outside.remove();
    }
  });

  test("a machine reaches itself and its own name", async () => {
    for (const address of ["fly-local-6pn:8080", `${target.id}.vm.target.internal:8080`]) {
      expect(await dial("target", address)).toMatchObject({ exit_code: 0 });
    }
  });

  test("the network goes with its last app", async () => {
    const networks = async () => (await fly.dockerObjects()).filter((name) => name.startsWith("network"));
    const before = await networks();
    await api.ok("DELETE", "/v1/apps/stranger");
    expect(await networks()).toHaveLength(before.length - 1);
    await api.ok("DELETE", "/v1/apps/neighbour");
    expect(await networks()).toHaveLength(before.length - 1);
  });
});

/** Sources: Fly.io's documentation of Flycast, of custom private networks, and of warm pools. */
describe("a Flycast address", () => {
  const service = { protocol: "tcp", internal_port: 8080, ports: [{ port: 80, handlers: ["http"] }] };
  let fly: TestFly;
  let api: ApiClient;
  const machines = new Map<string, MachineAnswer>();

  beforeAll(async () => {
    fly = await TestFly.start();
    api = fly.api();
    const image = await fly.image("flycast");
    await api.createApp("isolated", "its-own");
    await api.createApp("companion", "its-own");
    await api.createApp("neighbour", "");
    for (const app of ["isolated", "companion", "neighbour"]) {
      machines.set(app, await api.startedMachine(app, { image, services: [service] }));
    }
  });
  afterAll(() => fly?.stop());

  const get = (from: string, url: string, ...host: string[]) =>
    api.exec(from, machines.get(from)?.id ?? "", ["/machine get", url, ...host].join(" "));

  const allocate = async (network: string) => {
    const wanted = { type: "private_v6", network };
    return (await api.ok<{ ip: string }>("POST", "/v1/apps/isolated/ip_assignments", wanted)).ip;
  };
  const release = (ip: string) => api.ok("DELETE", `/v1/apps/isolated/ip_assignments/${ip}`);

  /** The 32 bits of the network. */
  const networkOf = (address: string) => address.split(":").slice(1, 3).join(":");

  test("that names no network is in the organization's default one, and opens the app to that one only", async () => {
    const ip = await allocate("");
    expect(networkOf(ip)).toBe(networkOf(machines.get("neighbour")?.private_ip ?? ""));
    const page = () => get("neighbour", `http://[${ip}]/`, "localhost");
    const opened = expect.stringContaining("200 hello from isolated");
    await vi.waitFor(
      async () => expect(await page()).toMatchObject({ exit_code: 0, stdout: opened }),
      30_000,
    );
    expect(await get("companion", `http://[${ip}]/`)).toMatchObject({ exit_code: 1 });
    await release(ip);
    expect(await get("neighbour", `http://[${ip}]/`)).toMatchObject({ exit_code: 1 });
  });

  test("in the app's own network is reached from there, and not from another app of the organization", async () => {
    const ip = await allocate("its-own");
    expect(networkOf(ip)).toBe(networkOf(machines.get("isolated")?.private_ip ?? ""));
    expect(await get("companion", `http://[${ip}]/`)).toMatchObject({
      stdout: expect.stringContaining("200 hello from isolated"),
    });
    expect(await get("neighbour", `http://[${ip}]/`)).toMatchObject({ exit_code: 1 });
  });

  test("has a name, from its network alone, for machines that start after it is allocated", async () => {
    for (const app of ["companion", "neighbour"]) {
      const id = machines.get(app)?.id ?? "";
      await api.ok("POST", `/v1/apps/${app}/machines/${id}/restart`);
      await api.wait(app, id, "started");
    }
    expect((await get("companion", "http://isolated.flycast/")).stdout).toContain("200 hello from isolated");
    expect((await get("neighbour", "http://isolated.flycast/")).stderr).toContain("no such host");
  });

  test("is gone with the emulator's rules when everything is removed", async () => {
    await api.ok("DELETE", "/_emulator/everything");
    const { stdout } = await execa("ip6tables", ["-w", "-t", "nat", "-S", "PREROUTING"], { reject: false });
    expect(stdout).not.toContain(`paperclip-fly-${fly.emulator.instanceId}`);
  });
});
