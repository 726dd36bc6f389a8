import { randomBytes } from "node:crypto";
import path from "node:path";
import Docker from "dockerode";
import { removeApp } from "./appRemoval.ts";
import { Conditions } from "./conditions.ts";
import { type StartBalance, startBalances } from "./cpu/balance.ts";
import { cpuProblem } from "./cpu/problem.ts";
import { dockerNames } from "./docker/labels.ts";
import { Networks } from "./docker/networks.ts";
import { removeEverything } from "./docker/removeEverything.ts";
import { Storage } from "./docker/storage.ts";
import { Faults } from "./faults.ts";
import { Flycast } from "./flycast.ts";
import { KeyedQueue } from "./keyedQueue.ts";
import { reconcile } from "./machines/reconcile.ts";
import { MachineRunner } from "./machines/runner.ts";
import { changeEmitter, type Platform } from "./platform.ts";
import { buildProxy } from "./proxy.ts";
import { Recorder } from "./recorder.ts";
import { Registry } from "./registry.ts";
import { applySeed, type Seed } from "./seed.ts";
import { addRoutes, newServer } from "./server.ts";
import { allApps } from "./store/apps.ts";
import { type Database, openDatabase, saveSetting, setting } from "./store/database.ts";

interface EmulatorOptions {
  /** Folder of its state. It is created if it does not exist. */
  dataFolder: string;
  /** Loopback ports; 0 chooses free ones. */
  port: number;
  proxyPort: number;
  /** `host:port` of the OCI registry that stands in for registry.fly.io. */
  registryHost: string;
  seed: Seed;
  /** The environment from which the seed can take tokens. */
  environment: NodeJS.ProcessEnv;
  /** Variables for every machine. They tell where this host's stand-ins for services of the internet are. */
  machineEnvironment: Readonly<Record<string, string>>;
  /** Names of the internet that have another address for every machine. Default: none. */
  hosts?: Readonly<Record<string, string>>;
  /** Certificate of an authority that every machine trusts besides those of its image. Default: none. */
  trusted?: string | undefined;
  /** CPU balance of new machines: Fly's 5 s, or `full` as after hours of idling. */
  cpuBalance: StartBalance;
  /** The log is lines of JSON. */
  logTo: NodeJS.WritableStream;
}

export interface Emulator {
  /** Origin of all three APIs: FLY_API_BASE_URL, FLY_FLAPS_BASE_URL and FLY_UIEX_BASE_URL. */
  url: string;
  /** Origin of Fly Proxy. The Host header names the app. */
  proxyUrl: string;
  /** Value of the label `paperclip.fly.instance` of everything it creates in Docker. */
  instanceId: string;
  /** Leaves the machines running. The next start with the same data folder finds them. */
  stop: () => Promise<void>;
  /** Removes everything it created in Docker and all its state. Stop it afterwards. */
  removeEverything: () => Promise<void>;
}

const loopback = "127.0.0.1";

export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const server = newServer(options.logTo);
  const docker = new Docker();
  await findDocker(docker);
  const problem = await cpuProblem(docker);
  if (problem !== undefined) server.log.error({ problem }, "MACHINES HAVE WHOLE CPUS AND NOT FLY'S");
  const database = openDatabase(options.dataFolder);
  applySeed(database, options.seed, options.environment);
  const instanceId = setting(database, "instanceId") ?? newInstance(database);
  const names = dockerNames(instanceId);
  const flycast = new Flycast({ docker, names, instanceId, database, log: server.log });
  const platform: Platform = {
    database,
    docker,
    names,
    instanceId,
    flycast,
    networks: new Networks(docker, names, instanceId),
    storage: new Storage(docker, names, instanceId),
    registry: new Registry(options.registryHost),
    changes: changeEmitter(),
    conditions: new Conditions(),
    jobs: new KeyedQueue(),
    log: server.log,
    machineEnvironment: options.machineEnvironment,
    hosts: options.hosts ?? {},
    trusted: options.trusted,
    startBalance: startBalances[options.cpuBalance],
    cpuProblem: problem,
    dataFolder: path.resolve(options.dataFolder),
  };
  const runner = new MachineRunner(platform);
  await platform.networks.restoreIsolation();
  await flycast.start({ platform, runner });
  await reconcile(platform, runner);

  const everything = async () => {
    // Apps first, through the machines' own queues, so that no pending work creates a container afterwards.
    for (const app of allApps(database)) await removeApp({ platform, runner }, app);
    await removeEverything(docker, database, names, instanceId);
    await flycast.update();
  };
  const context = {
    platform,
    runner,
    recorder: new Recorder(database),
    faults: new Faults(),
    removeEverything: everything,
  };
  addRoutes(server, context);
  const proxy = buildProxy(context);
  const stop = async () => {
    await Promise.all([server.close(), proxy.close(), flycast.close()]);
    runner.close();
    database.close();
  };
  try {
    const url = await server.listen({ host: loopback, port: options.port });
    const proxyUrl = await proxy.listen(options.proxyPort);
    return { url, proxyUrl, instanceId, removeEverything: everything, stop };
  } catch (error) {
    // A port is taken. Stop, because the machines already watched would keep the process alive.
    await stop();
    throw error;
  }
}

/** Removes everything of an emulator that is not running. */
export async function removeEverythingOf(dataFolder: string): Promise<void> {
  const database = openDatabase(path.resolve(dataFolder));
  const instanceId = setting(database, "instanceId");
  if (instanceId !== undefined) {
    await removeEverything(new Docker(), database, dockerNames(instanceId), instanceId);
  }
  database.close();
}

function newInstance(database: Database): string {
  const instanceId = randomBytes(4).toString("hex");
  saveSetting(database, "instanceId", instanceId);
  return instanceId;
}

async function findDocker(docker: Docker): Promise<void> {
  try {
    await docker.ping();
  } catch (error) {
    throw new Error(
      `machines are Docker containers, and the Docker daemon does not answer: ${(error as Error).message}. ` +
        "Start it, or set DOCKER_HOST to where it is.",
    );
  }
}
