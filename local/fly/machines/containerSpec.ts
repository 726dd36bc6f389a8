import type { ContainerCreateOptions } from "dockerode";
import { type CpuPlan, cpuHostConfig, cpusLabel } from "../cpu/plan.ts";
import { procStatMount } from "../cpu/procStatFile.ts";
import type { MachineConfig } from "./config.ts";
import { durationMilliseconds } from "./duration.ts";
import { defaultGuest } from "./guest.ts";
import { guestMemory } from "./guestMemory.ts";
import { guestRights } from "./guestRights.ts";

export interface ContainerSpecInput {
  name: string;
  labels: Record<string, string>;
  machineId: string;
  appName: string;
  privateIp: string;
  networkName: string;
  /** Names of the internet that have another address for the machine. */
  hosts: Readonly<Record<string, string>>;
  /** Apps with a Flycast address in the machine's network. */
  flycast: readonly { appName: string; address: string }[];
  /** Turns a volume id into the name of its Docker volume. */
  volumeName: (volumeId: string) => string;
  /** The image by digest, as the Docker daemon names it. */
  image: string;
  /** What the image runs unless the config says otherwise. */
  imageCommand: { entrypoint: readonly string[]; cmd: readonly string[] };
  environment: Record<string, string>;
  config: MachineConfig;
  cpu: CpuPlan;
  /** The file that is mounted over /proc/stat. */
  procStatFile: string;
}

const megabyte = 1024 * 1024;

/** The Docker container that represents a Fly machine. */
export function containerSpec(input: ContainerSpecInput): ContainerCreateOptions {
  const { config } = input;
  const memory = guestMemory((config.guest ?? defaultGuest).memory_mb) * megabyte;
  return {
    name: input.name,
    Labels: { ...input.labels, [cpusLabel]: input.cpu.cpus },
    Image: input.image,
    Hostname: input.machineId,
    Env: Object.entries(input.environment).map(([name, value]) => `${name}=${value}`),
    ...command(config, input.imageCommand),
    // Fly's init sends the process the signal of stop_config, or SIGINT if there is none.
    StopSignal: config.stop_config?.signal ?? "SIGINT",
    HostConfig: {
      // PID 1 of a Fly machine is always Fly's init, not the image's own process.
      Init: true,
      Memory: memory,
      // MemorySwap is memory plus swap: equal to Memory means no swap.
      MemorySwap: memory + (config.init?.swap_size_mb ?? 0) * megabyte,
      // A VM allows half its memory for /dev/shm. Docker's default of 64 MB is too small for a database.
      ShmSize: memory / 2,
      ...cpuHostConfig(input.cpu),
      ...guestRights,
      // A Fly machine has its own kernel and therefore TUN devices.
      Devices: [{ PathOnHost: "/dev/net/tun", PathInContainer: "/dev/net/tun", CgroupPermissions: "rwm" }],
      Mounts: [...volumes(input), procStatMount(input.procStatFile)],
      NetworkMode: input.networkName,
      ExtraHosts: [
        `fly-local-6pn:${input.privateIp}`,
        ...Object.entries(input.hosts).map(([name, address]) => `${name}:${address}`),
        ...input.flycast.map(({ appName, address }) => `${appName}.flycast:${address}`),
      ],
      // The emulator restarts machines, because each start begins from the image again.
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "json-file", Config: {} },
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [input.networkName]: {
          IPAMConfig: { IPv6Address: input.privateIp },
          Aliases: [`${input.appName}.internal`, `${input.machineId}.vm.${input.appName}.internal`],
        },
      },
    },
  };
}

function volumes({ config, volumeName }: ContainerSpecInput) {
  return (config.mounts ?? []).map((mount) => ({
    Type: "volume" as const,
    Source: volumeName(mount.volume),
    Target: mount.path,
    // A Fly volume hides what the image has at the mount path. Docker would copy that into the volume.
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "local", Options: {} } },
  }));
}

function command(config: MachineConfig, image: ContainerSpecInput["imageCommand"]) {
  if (config.init?.exec) return { Entrypoint: config.init.exec, Cmd: [] };
  return {
    Entrypoint: config.init?.entrypoint ?? [...image.entrypoint],
    Cmd: config.init?.cmd ?? [...image.cmd],
  };
}

/** Seconds between the stop signal and SIGKILL. Fly's default is 5. */
export function stopSeconds(config: MachineConfig): number {
  const timeout = config.stop_config?.timeout;
  if (timeout == null) return 5;
  return Math.ceil((durationMilliseconds(timeout) ?? 0) / 1000);
}
