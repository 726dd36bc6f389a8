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

/** What every part of the emulator works with. */
export interface Platform {
  database: Database;
  docker: Docker;
  names: DockerNames;
  instanceId: string;
  networks: Networks;
  /** Whoever changes addresses or networks tells it. */
  flycast: { update(): Promise<void> };
  storage: Storage;
  registry: Registry;
  /** Emits a machine's id after each change of its state or its checks. */
  changes: EventEmitter<Record<string, []>>;
  /** What is wrong with the platform at the moment. */
  conditions: Conditions;
  /** One work at a time for each machine. */
  jobs: KeyedQueue;
  log: FastifyBaseLogger;
  /** What every machine has in its environment besides what a real one has. */
  machineEnvironment: Readonly<Record<string, string>>;
  /** Seconds of CPU that a new machine has saved. */
  startBalance: number;
  /** Why machines cannot have Fly's CPU on this host; they have whole CPUs then. */
  cpuProblem: string | undefined;
  /** Of the emulator's state. */
  dataFolder: string;
}

/** Any number of clients may wait for the same machine. */
export function changeEmitter(): Platform["changes"] {
  return new EventEmitter<Record<string, []>>().setMaxListeners(0);
}
