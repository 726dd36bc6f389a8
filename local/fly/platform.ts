import { EventEmitter } from "node:events";
import type Docker from "dockerode";
import type { FastifyBaseLogger } from "fastify";
import type { Conditions } from "./conditions.ts";
import type { DockerNames } from "./docker/labels.ts";
import type { Networks } from "./docker/networks.ts";
import type { Storage } from "./docker/storage.ts";
import type { KeyedQueue } from "./keyedQueue.ts";
import type { Registry } from "./registry.ts";
import type { Database } from "./store/database.ts";

/** What all parts of the emulator share. */
export interface Platform {
  database: Database;
  docker: Docker;
  names: DockerNames;
  instanceId: string;
  networks: Networks;
  /** Call `update` after any change of addresses or networks. */
  flycast: { update(): Promise<void> };
  storage: Storage;
  registry: Registry;
  /** Emits a machine's id after each change of its state or its checks. */
  changes: EventEmitter<Record<string, []>>;
  /** The conditions that are set at the moment. */
  conditions: Conditions;
  /** Runs one job at a time for each machine. */
  jobs: KeyedQueue;
  log: FastifyBaseLogger;
  /** Variables that every machine has in addition to those of a real one. */
  machineEnvironment: Readonly<Record<string, string>>;
  /** Addresses that machines have for names of the internet. */
  hosts: Readonly<Record<string, string>>;
  /** Certificate of the authority that machines trust besides those of their image. */
  trusted: string | undefined;
  /** Seconds of CPU that a new machine has saved. */
  startBalance: number;
  /** Why this host cannot provide Fly's CPU; machines then have whole CPUs. Undefined if it can. */
  cpuProblem: string | undefined;
  /** Folder of the emulator's state. */
  dataFolder: string;
}

/** Has no limit of listeners, because any number of clients can wait for the same machine. */
export function changeEmitter(): Platform["changes"] {
  return new EventEmitter<Record<string, []>>().setMaxListeners(0);
}
