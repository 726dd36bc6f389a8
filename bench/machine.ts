/** One life of a machine in the local tailnet: boot, idling, stop. Times are wall-clock seconds; CPU seconds vary less on a busy host. */
import { setTimeout } from "node:timers/promises";
import Docker from "dockerode";
import { request } from "undici";
import { asRoot } from "../local/asRoot.ts";
import { type Address, environment, publicUrl } from "./environment.ts";
import type { Side } from "./figures.ts";
import { reaches } from "./reach.ts";
import { label } from "./workshop.ts";

export interface Life {
  /** From the start to the first successful health check. */
  bootSeconds: number;
  bootCpuSeconds: number;
  /** From the start to the first page that another device gets from https://NAME.TAILNET. */
  httpsSeconds: number;
  httpsCpuSeconds: number;
  /** Peak of the processes' own (anonymous) memory. */
  peakMegabytes: number;
  /** The same memory, after a while in which nobody uses the machine. */
  idleMegabytes: number;
  /** From SIGTERM to the end. */
  stopSeconds: number;
}

export interface Home extends Address {
  side: Side;
  volume: string;
}

const docker = new Docker();

/**
 * Runs a machine once, with a volume, 1 GB of memory, 512 MB of swap, and a whole CPU. A Fly.io machine has a whole CPU only while it has
 * balance (see quota/).
 *
 * @param idleSeconds how long it idles before it is stopped
 * @throws Error with the end of its log if it ends, or does not come up within five minutes
 */
export async function live(image: string, home: Home, idleSeconds: number): Promise<Life> {
  const container = await docker.createContainer(containerOptions(image, home));
  await home.bench.forgetConnections();
  const way = await home.bench.laptop.dispatcher();
  try {
    const started = performance.now();
    await container.start();
    const memory = watchMemory(container);
    const comesUp = async (isUp: () => Promise<boolean>) => {
      await until(container, isUp);
      const elapsed = seconds(started);
      return [elapsed, (await stats(container)).cpu_stats.cpu_usage.total_usage / 1e9] as const;
    };
    const { Networks } = (await container.inspect()).NetworkSettings;
    const health = `http://${Networks.bridge?.IPAddress}:3100/api/health`;
    const [[bootSeconds, bootCpuSeconds], [httpsSeconds, httpsCpuSeconds]] = await Promise.all([
      comesUp(() => healthy(health)),
      comesUp(reaches(home, way, `${publicUrl(home)}/api/health`)),
    ]);
    await setTimeout(idleSeconds * 1000);
    const idleMegabytes = anonymous(await stats(container));
    const peakMegabytes = await memory.stop();
    const stopping = performance.now();
    await container.stop({ t: 120 });
    const booted = { bootSeconds, bootCpuSeconds, httpsSeconds, httpsCpuSeconds };
    return { ...booted, peakMegabytes, idleMegabytes, stopSeconds: seconds(stopping) };
  } finally {
    await way.destroy();
    await container.remove({ force: true });
  }
}

function containerOptions(image: string, home: Home): Docker.ContainerCreateOptions {
  const env = environment(home.side, home);
  const tun = "/dev/net/tun";
  return {
    Image: image,
    Labels: { [label]: "" },
    Env: Object.entries(env).map(([variable, value]) => `${variable}=${value}`),
    HostConfig: {
      Init: true,
      Memory: 1024 ** 3,
      MemorySwap: 1.5 * 1024 ** 3,
      NanoCpus: 1e9,
      CapAdd: ["NET_ADMIN"],
      Devices: [{ PathOnHost: tun, PathInContainer: tun, CgroupPermissions: "rwm" }],
      Binds: [`${home.volume}:/paperclip`],
    },
  };
}

/** Drops the files that the host's kernel caches in memory, as on a host that has never run the image. */
export const dropCaches = (image: string) => asRoot("sync; echo 3 >/proc/sys/vm/drop_caches", image);

const seconds = (since: number) => (performance.now() - since) / 1000;

async function until(container: Docker.Container, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (!(await isSo())) {
    const { Running } = (await container.inspect()).State;
    if (!Running || performance.now() > deadline) {
      const log = await container.logs({ stdout: true, stderr: true, tail: 20 });
      throw new Error(`the machine ${Running ? "does not come up" : "ended"}; the end of its log:\n${log}`);
    }
    await setTimeout(20);
  }
}

async function healthy(url: string): Promise<boolean> {
  const options = { headers: { host: "localhost" }, headersTimeout: 2000 };
  const answer = await request(url, options).catch(() => undefined);
  await answer?.body.dump();
  return answer?.statusCode === 200;
}

const stats = (container: Docker.Container) => container.stats({ stream: false, "one-shot": true });

/** MB of the processes' own memory. The two versions of control groups have different names for it. */
export function anonymous({ memory_stats }: Docker.ContainerStats): number {
  const detail = memory_stats.stats as unknown as Record<string, number>;
  return (detail.total_rss ?? detail.anon ?? Number.NaN) / 1e6;
}

function watchMemory(container: Docker.Container) {
  const end = new AbortController();
  let most = 0;
  const watching = (async () => {
    while (!end.signal.aborted) {
      most = Math.max(most, anonymous(await stats(container)));
      await setTimeout(200, undefined, { signal: end.signal }).catch(() => undefined);
    }
  })();
  // A machine that has ended has no memory. Whoever waits for the machine reports why it ended.
  watching.catch(() => undefined);
  return {
    async stop() {
      end.abort();
      await watching;
      return most;
    },
  };
}
