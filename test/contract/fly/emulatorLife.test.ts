import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ApiClient, type MachineAnswer } from "./support/apiClient.ts";
import { seed, TestFly, user } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const main = fileURLToPath(new URL("../../../local/fly/main.ts", import.meta.url));

describe("the emulator as a program", () => {
  /** Provides the registry and the image. Its own emulator is a neighbour, to which nothing is allowed to happen. */
  let neighbour: TestFly;
  let image: string;
  let folder: string;
  const running = new Set<ReturnType<typeof spawn>>();

  beforeAll(async () => {
    neighbour = await TestFly.start();
    image = await neighbour.image("survivor");
    folder = await mkdtemp(path.join(tmpdir(), "emulator-"));
    const token = { kind: "user", user, valueFrom: "SEED_TOKEN" };
    await writeFile(path.join(folder, "seed.json"), JSON.stringify({ ...seed, tokens: [token] }));
    await neighbour.api().createApp("survivor");
    await neighbour.api().startedMachine("survivor", { image });
  });
  afterAll(async () => {
    for (const process of running) process.kill("SIGKILL");
    await execa(process.execPath, [main, "remove", "--data", path.join(folder, "data")]);
    await rm(folder, { recursive: true, force: true });
    await neighbour?.stop();
  });

  const data = () => path.join(folder, "data");

  function spawn(environment: Record<string, string>) {
    const argv = [
      main,
      "--data",
      data(),
      "--registry",
      neighbour.registryHost,
      "--seed",
      path.join(folder, "seed.json"),
    ];
    return execa(process.execPath, argv, { env: environment, reject: false });
  }

  async function start() {
    const program = spawn({ SEED_TOKEN: "fo1_from_environment" });
    running.add(program);
    const [line] = (await once(program.stdout, "data")) as [Buffer];
    const addresses = JSON.parse(line.toString()) as { url: string; proxyUrl: string; instanceId: string };
    return {
      ...addresses,
      api: new ApiClient(addresses.url, "fo1_from_environment"),
      stop: async (signal: "SIGTERM" | "SIGKILL") => {
        program.kill(signal);
        running.delete(program);
        return program;
      },
    };
  }

  test("fails with a reason when the token that its seed names is not in the environment", async () => {
    const { exitCode, stderr } = await spawn({});
    expect(exitCode).toBe(1);
    expect(stderr).toContain("SEED_TOKEN");
  });

  test("fails with a reason when its port is taken", async () => {
    const port = new URL(neighbour.emulator.url).port;
    const { exitCode, stderr } = await spawn({ SEED_TOKEN: "fo1_x", FLY_EMULATOR_PORT: port });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("EADDRINUSE");
  });

  test("leaves its machines running when it stops, and finds them again", async () => {
    const first = await start();
    await first.api.createApp("survivor");
    const volume = await first.api.createVolume("survivor");
    const mounts = [{ volume: volume.id, path: "/data" }];
    const machine = await first.api.startedMachine("survivor", { image, mounts, env: { PORT: "3100" } });
    await first.api.exec("survivor", machine.id, "/machine write /data/x kept");
    expect(await first.stop("SIGTERM")).toMatchObject({ exitCode: 0 });
    const container = neighbour.docker.getContainer(`fly-${first.instanceId}-${machine.id}`);
    expect((await container.inspect()).State.Running).toBe(true);

    const second = await start();
    expect(second.instanceId).toBe(first.instanceId);
    expect(await second.api.machine("survivor", machine.id)).toMatchObject({
      state: "started",
      instance_id: machine.instance_id,
    });
    expect((await second.api.exec("survivor", machine.id, "/machine cat /data/x")).stdout).toBe("kept");
    expect((await second.api.logs("survivor")).filter((line) => line === "listening on 3100")).toHaveLength(
      1,
    );
    await second.stop("SIGTERM");
  });

  test("catches up on what happened while it was down, killed or not", async () => {
    const before = await start();
    const [machine] = await before.api.ok<MachineAnswer[]>("GET", "/v1/apps/survivor/machines");
    const id = machine?.id ?? "";
    await before.stop("SIGKILL");
    await neighbour.docker.getContainer(`fly-${before.instanceId}-${id}`).kill();

    const after = await start();
    const restarted = await after.api.until(
      "survivor",
      id,
      ({ state, events }) => state === "started" && events[1]?.type === "exit",
    );
    expect(restarted.events[1]?.request?.exit_event).toMatchObject({ exit_code: 137, restarting: true });
    expect((await after.api.exec("survivor", id, "/machine cat /data/x")).stdout).toBe("kept");
    await after.stop("SIGTERM");
  });

  test("starts a machine again whose container is gone", async () => {
    const before = await start();
    const [machine] = await before.api.ok<MachineAnswer[]>("GET", "/v1/apps/survivor/machines");
    await before.stop("SIGTERM");
    await neighbour.docker.getContainer(`fly-${before.instanceId}-${machine?.id}`).remove({ force: true });
    const after = await start();
    await after.api.wait("survivor", machine?.id ?? "", "started");
    await after.stop("SIGTERM");
  });

  test("keeps its state to its user", async () => {
    expect((await stat(data())).mode & 0o777).toBe(0o700);
  });

  test("removes what it made, and nothing of another emulator's", async () => {
    const { stop, instanceId } = await start();
    await stop("SIGTERM");
    const filters = { label: [`paperclip.fly.instance=${instanceId}`] };
    expect(await neighbour.docker.listContainers({ all: true, filters })).toHaveLength(1);
    await execa(process.execPath, [main, "remove", "--data", data()]);
    expect(await neighbour.docker.listContainers({ all: true, filters })).toEqual([]);
    expect(await neighbour.docker.listNetworks({ filters })).toEqual([]);
    expect((await neighbour.docker.listVolumes({ filters })).Volumes).toEqual([]);
    const images = await neighbour.docker.listImages({ filters: { reference: [`fly-${instanceId}-empty`] } });
    expect(images).toEqual([]);
    const [machine] = await neighbour.api().ok<MachineAnswer[]>("GET", "/v1/apps/survivor/machines");
    expect(machine).toMatchObject({ state: "started" });
    expect(await neighbour.dockerObjects()).toHaveLength(2);
  });
});
