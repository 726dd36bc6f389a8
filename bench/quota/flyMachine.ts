/** A machine of the bench with the CPU, the memory and, if wanted, the disks of a Fly.io machine. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { CpuAccountant } from "../../local/fly/cpu/accountant.ts";
import { shareOf } from "../../local/fly/cpu/balance.ts";
import { cpuHostConfig, cpusLabel, planCpu } from "../../local/fly/cpu/plan.ts";
import { createProcStat, procStatMount } from "../../local/fly/cpu/procStatFile.ts";
import { addAuthority } from "../../local/fly/docker/trust.ts";
import { guestMemory } from "../../local/fly/machines/guestMemory.ts";
import type { LocalInternet } from "../../local/internet/internet.ts";
import { label } from "../workshop.ts";
import type { DiskLimits } from "./diskLimits.ts";
import type { Guest } from "./guest.ts";

const docker = new Docker();
const swapMb = 512;

export interface FlyMachineOptions {
  image: string;
  env: Record<string, string>;
  /** Docker volume at /paperclip. */
  volume: string;
  /** File with the tailnet's certificate authority. */
  caFile: string;
  /** Names of the internet that this host answers for in the machine. */
  internet: LocalInternet;
  guest: Guest;
  /** Seconds of CPU that it has saved when it starts. */
  balanceSeconds: number;
  /** Default: as fast as the host's. */
  disks?: DiskLimits | undefined;
}

export class FlyMachine {
  readonly container: Docker.Container;
  readonly #guest: Guest;
  readonly #folder: string;
  #cpu: CpuAccountant | undefined;
  #started = performance.now();
  #address = "";
  #problem: string | undefined;

  private constructor(container: Docker.Container, guest: Guest, folder: string) {
    this.container = container;
    this.#guest = guest;
    this.#folder = folder;
  }

  /** Makes the machine and starts it for the first time. */
  static async start(options: FlyMachineOptions): Promise<FlyMachine> {
    const folder = await mkdtemp(join(tmpdir(), "bench-machine-"));
    createProcStat(statFile(folder), options.guest.cpus);
    const plan = await planCpu(docker, options.guest, options.balanceSeconds);
    const limits = { ...memoryLimits(options.guest), ...cpuHostConfig(plan), ...options.disks?.hostConfig };
    const binds = [`${options.volume}:/paperclip`];
    const spec = containerOptions(options, { ...limits, Binds: binds }, folder);
    const container = await docker.createContainer({
      ...spec,
      Labels: { [label]: "", [cpusLabel]: plan.cpus },
    });
    // On Fly.io the tailnet's authority is Let's Encrypt, which every machine trusts, and the recipe's agents call Paperclip by its name in
    // the tailnet.
    for (const file of [options.caFile, options.internet.caFile])
      await addAuthority(container, await readFile(file, "utf8"));
    const machine = new FlyMachine(container, options.guest, folder);
    await machine.#start(options.balanceSeconds);
    return machine;
  }

  async #start(balanceSeconds: number): Promise<void> {
    this.#started = performance.now();
    await this.container.start();
    const { NetworkSettings } = await this.container.inspect();
    this.#address = NetworkSettings.Networks.bridge?.IPAddress ?? "";
    this.#cpu = await CpuAccountant.watch({
      docker,
      containerId: this.container.id,
      guest: this.#guest,
      from: balanceSeconds,
      procStatFile: statFile(this.#folder),
      onProblem: (problem) => {
        this.#problem ??= problem;
      },
    });
  }

  /** Seconds since the machine's last start. */
  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** CPU seconds since its last start. */
  async cpuSeconds(): Promise<number> {
    return (await this.#accountant.reading()).usedSeconds;
  }

  /** CPU seconds that it has saved. */
  async balanceSeconds(): Promise<number> {
    return (await this.#accountant.reading()).balanceSeconds;
  }

  /** The part of a core that it can use for good. */
  get share(): number {
    return shareOf(this.#guest);
  }

  /** Sets its balance. Without balance the machine is held at its share. */
  async setBalance(seconds: number): Promise<void> {
    await this.#accountant.setBalance(seconds);
  }

  get #accountant(): CpuAccountant {
    if (!this.#cpu) throw new Error("the machine is not started");
    return this.#cpu;
  }

  /** Stops it as Fly.io does. */
  async stop(): Promise<void> {
    await this.container.stop({ t: 120 });
    this.#accountant.stop();
  }

  /** Starts it again after a stop. */
  async startAgain(balanceSeconds: number): Promise<void> {
    await this.#start(balanceSeconds);
  }

  /** Address in the platform's network. It can change with each start. */
  get address(): string {
    return this.#address;
  }

  async isRunning(): Promise<boolean> {
    return (await this.container.inspect()).State.Running;
  }

  /** The end of its log. */
  async log(): Promise<string> {
    return (await execa("docker", ["logs", "--tail", "30", this.container.id], { all: true })).all;
  }

  /** Runs a command in it. */
  async exec(words: string[], user = "root"): Promise<string> {
    return (await execa("docker", ["exec", "--user", user, this.container.id, ...words])).stdout;
  }

  /** @throws Error if it did not get the CPU that it should have had */
  async remove(): Promise<void> {
    this.#cpu?.stop();
    await this.container.remove({ force: true });
    await rm(this.#folder, { recursive: true, force: true });
    if (this.#problem !== undefined) throw new Error(this.#problem);
  }
}

const statFile = (folder: string) => join(folder, "stat");

function memoryLimits({ memoryMb }: Guest) {
  const memory = guestMemory(memoryMb) * 1024 ** 2;
  return { Memory: memory, MemorySwap: memory + swapMb * 1024 ** 2, ShmSize: memory / 2 };
}

function containerOptions(
  { image, env, internet }: FlyMachineOptions,
  limits: Docker.HostConfig,
  folder: string,
): Docker.ContainerCreateOptions {
  const tun = "/dev/net/tun";
  return {
    Image: image,
    Env: Object.entries(env).map(([variable, value]) => `${variable}=${value}`),
    HostConfig: {
      Init: true,
      // A Fly.io machine has a kernel of its own, in which root is allowed to do everything.
      CapAdd: ["NET_ADMIN", "SYS_PTRACE"],
      Devices: [{ PathOnHost: tun, PathInContainer: tun, CgroupPermissions: "rwm" }],
      ExtraHosts: Object.entries(internet.addresses).map(([name, address]) => `${name}:${address}`),
      Mounts: [procStatMount(statFile(folder))],
      ...limits,
    },
  };
}
