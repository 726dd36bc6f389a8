import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { type Emulator, startEmulator } from "../../../../local/fly/emulator.ts";
import type { Seed } from "../../../../local/fly/seed.ts";
import { type ImageRegistry, startRegistry } from "../../../support/imageRegistry.ts";
import { FlyctlSandbox } from "../../flyctl/runFlyctl.ts";
import { ApiClient } from "./apiClient.ts";
import { buildMachineLayer, type ImageOptions, pushMachineImage } from "./machineImage.ts";

export const user = "dev@example.test";
const userToken = "fo1_test";

/** Two organisations of the user, and one to which the user does not belong. */
export const seed: Seed = {
  users: [
    { email: user, name: "Dev" },
    { email: "rival@example.test", name: "Rival" },
  ],
  organizations: [
    { slug: "dev-person", name: "Dev Person", type: "PERSONAL", members: [user] },
    { slug: "acme", name: "Acme", members: [user] },
    { slug: "rivals", name: "Rivals", members: ["rival@example.test"] },
  ],
  apps: [{ name: "taken-by-other", organization: "rivals" }],
  tokens: [{ kind: "user", user, value: userToken }],
};

/** An emulator with a registry and an image in it. It uses free ports and shares nothing with another test. */
export class TestFly {
  readonly docker = new Docker();
  readonly #folder: string;
  readonly #seed: Seed;
  readonly #registry: ImageRegistry;
  readonly #layer = buildMachineLayer();
  readonly #sandboxes: FlyctlSandbox[] = [];
  #emulator: Emulator | undefined;
  /** Log of the emulator. */
  log = "";

  private constructor(folder: string, given: Seed, registry: ImageRegistry) {
    this.#folder = folder;
    this.#seed = given;
    this.#registry = registry;
  }

  static async start(given: Seed = seed): Promise<TestFly> {
    const folder = await mkdtemp(path.join(tmpdir(), "fly-"));
    const fly = new TestFly(folder, given, await startRegistry());
    await fly.startEmulator();
    return fly;
  }

  get emulator(): Emulator {
    if (!this.#emulator) throw new Error("the emulator is not started");
    return this.#emulator;
  }

  get registryHost(): string {
    return this.#registry.address;
  }

  get dataFolder(): string {
    return path.join(this.#folder, "data");
  }

  async startEmulator(): Promise<void> {
    const logTo = new PassThrough();
    logTo.on("data", (chunk: Buffer) => {
      this.log += chunk.toString();
    });
    this.#emulator = await startEmulator({
      dataFolder: this.dataFolder,
      port: 0,
      proxyPort: 0,
      registryHost: this.registryHost,
      seed: this.#seed,
      environment: {},
      machineEnvironment: { STAND_IN: "http://127.0.0.1:1" },
      cpuBalance: "new",
      logTo,
    });
  }

  api(token = userToken): ApiClient {
    return new ApiClient(this.emulator.url, token);
  }

  /** Reference of the test image in the repository `name`, by digest. */
  async image(name: string, options: ImageOptions = {}): Promise<string> {
    const digest = await pushMachineImage(this.registryHost, name, await this.#layer, options);
    return `${this.registryHost}/${name}@${digest}`;
  }

  /** A flyctl with its own folder and configuration, as for one app. */
  async flyctl(files: Record<string, string> = {}, token = userToken): Promise<TestFlyctl> {
    const sandbox = await FlyctlSandbox.create({ files });
    this.#sandboxes.push(sandbox);
    const { url } = this.emulator;
    return new TestFlyctl(sandbox, {
      FLY_API_BASE_URL: url,
      FLY_FLAPS_BASE_URL: url,
      FLY_UIEX_BASE_URL: url,
      FLY_TRACE_COLLECTOR_URL: "127.0.0.1",
      FLY_REGISTRY_HOST: this.registryHost,
      FLY_API_TOKEN: token,
      // Blocks everything outside this machine: port 9 refuses connections.
      HTTP_PROXY: "http://127.0.0.1:9",
      HTTPS_PROXY: "http://127.0.0.1:9",
    });
  }

  /** Names of all objects of this emulator in Docker. */
  async dockerObjects(): Promise<string[]> {
    const filters = { label: [`paperclip.fly.instance=${this.emulator.instanceId}`] };
    const [containers, networks, volumes] = await Promise.all([
      this.docker.listContainers({ all: true, filters }),
      this.docker.listNetworks({ filters }),
      this.docker.listVolumes({ filters }),
    ]);
    return [
      ...containers.map(({ Names: [name] }) => `container ${name}`),
      ...networks.map(({ Name: name }) => `network ${name}`),
      ...(volumes.Volumes ?? []).map(({ Name: name }) => `volume ${name}`),
    ];
  }

  async stop(): Promise<void> {
    for (const sandbox of this.#sandboxes) await sandbox.remove();
    await this.emulator.removeEverything();
    await this.emulator.stop();
    await this.#registry.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export class TestFlyctl {
  readonly #sandbox: FlyctlSandbox;
  readonly #environment: Record<string, string>;

  constructor(sandbox: FlyctlSandbox, environment: Record<string, string>) {
    this.#sandbox = sandbox;
    this.#environment = environment;
  }

  /** Runs flyctl and accepts any exit code. */
  try(argv: string[], stdin = "") {
    return this.#sandbox.run(argv, { stdin }, this.#environment);
  }

  /** Runs flyctl, which must succeed. @returns its standard output */
  async run(argv: string[], stdin = ""): Promise<string> {
    const { exit, stdout, stderr } = await this.try(argv, stdin);
    if (exit !== 0) throw new Error(`flyctl ${argv.join(" ")} exited ${exit}:\n${stdout}${stderr}`);
    return stdout;
  }

  async json<Result>(argv: string[]): Promise<Result> {
    return JSON.parse(await this.run([...argv, "--json"])) as Result;
  }

  get workingDirectory(): string {
    return this.#sandbox.workingDirectory;
  }

  get environment(): Record<string, string> {
    return this.#sandbox.environment(this.#environment);
  }
}
