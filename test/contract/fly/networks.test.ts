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
