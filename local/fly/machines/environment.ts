import type { MachineConfig } from "./config.ts";
import { defaultGuest } from "./guest.ts";

interface EnvironmentInput {
  appName: string;
  machineId: string;
  instanceId: string;
  region: string;
  privateIp: string;
  /** The app's own public IPv6, if it has one. */
  publicIp: string | undefined;
  config: MachineConfig;
  secrets: Record<string, string>;
}

/**
 * The environment that Fly's init adds to the image's own for the machine's process. The app's secrets override the config's `env`.
 * The runtime's variables about the machine override both (fly.io/docs/machines/runtime-environment).
 * PRIMARY_REGION is part of `env`, because flyctl puts it there.
 */
export function machineEnvironment(input: EnvironmentInput): Record<string, string> {
  const { config } = input;
  const processGroup = config.metadata?.fly_process_group ?? config.env?.FLY_PROCESS_GROUP;
  return {
    ...config.env,
    ...input.secrets,
    FLY_APP_NAME: input.appName,
    FLY_MACHINE_ID: input.machineId,
    FLY_ALLOC_ID: input.machineId,
    FLY_MACHINE_VERSION: input.instanceId,
    FLY_REGION: input.region,
    FLY_PRIVATE_IP: input.privateIp,
    FLY_IMAGE_REF: config.image,
    FLY_VM_MEMORY_MB: String((config.guest ?? defaultGuest).memory_mb),
    ...(processGroup === undefined ? {} : { FLY_PROCESS_GROUP: processGroup }),
    ...(input.publicIp === undefined ? {} : { FLY_PUBLIC_IP: input.publicIp }),
  };
}
