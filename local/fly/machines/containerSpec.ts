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
  /** Apps that have a Flycast address in the machine's network. */
  flycast: readonly { appName: string; address: string }[];
  /** Docker's name of the volume for a volume id. */
  volumeName: (volumeId: string) => string;
  /** The image by digest, as the Docker daemon knows it. */
  image: string;
  /** What the image runs if the config does not say otherwise. */
  imageCommand: { entrypoint: readonly string[]; cmd: readonly string[] };
  environment: Record<string, string>;
  config: MachineConfig;
  cpu: CpuPlan;
  /** What is mounted over /proc/stat. */
  procStatFile: string;
}

const megabyte = 1024 * 1024;

/** The Docker container that stands for a Fly machine. */
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
    // Fly's init signals the process with what stop_config says, SIGINT if it says nothing.
    StopSignal: config.stop_config?.signal ?? "SIGINT",
    HostConfig: {
      // PID 1 of a Fly machine is Fly's init, never the image's own process.
      Init: true,
      Memory: memory,
      // Docker counts memory and swap together; equal means no swap.
      MemorySwap: memory + (config.init?.swap_size_mb ?? 0) * megabyte,
      // A VM has half its memory for /dev/shm; Docker's 64 MB is too little for a database.
      ShmSize: memory / 2,
      ...cpuHostConfig(input.cpu),
      ...guestRights,
      // A Fly machine has a kernel of its own, and with it TUN devices.
      Devices: [{ PathOnHost: "/dev/net/tun", PathInContainer: "/dev/net/tun", CgroupPermissions: "rwm" }],
      Mounts: [...volumes(input), procStatMount(input.procStatFile)],
      NetworkMode: input.networkName,
      ExtraHosts: [
        `fly-local-6pn:${input.privateIp}`,
        ...input.flycast.map(({ appName, address }) => `${appName}.flycast:${address}`),
      ],
      // The platform restarts machines itself: each start is from the image again.
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
    // A Fly volume hides what the image has at its path; Docker would copy that into it.
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

/** Seconds between the stop signal and SIGKILL: 5 on Fly unless the config says otherwise. */
export function stopSeconds(config: MachineConfig): number {
  const timeout = config.stop_config?.timeout;
  if (timeout == null) return 5;
  return Math.ceil((durationMilliseconds(timeout) ?? 0) / 1000);
}
