/** One life of a machine: boots, idles, stops. Times are wall-clock seconds; CPU seconds vary less on a busy host. */
import { setTimeout } from "node:timers/promises";
import Docker from "dockerode";
import { request } from "undici";

export interface Life {
  /** From the start to the first successful health check. */
  bootSeconds: number;
  bootCpuSeconds: number;
  /** Memory of the processes' own (anonymous), some time after the start with nobody using it. */
  idleMegabytes: number;
  /** From SIGTERM to the end. */
  stopSeconds: number;
}

const idleSeconds = 30;

const environment = {
  NODE_ENV: "production",
  PORT: "3100",
  HOST: "0.0.0.0",
  SERVE_UI: "true",
  PAPERCLIP_HOME: "/paperclip",
  PAPERCLIP_CONFIG: "/paperclip/instances/default/config.json",
  PAPERCLIP_DEPLOYMENT_MODE: "authenticated",
  PAPERCLIP_DEPLOYMENT_EXPOSURE: "private",
  PAPERCLIP_PUBLIC_URL: "http://localhost:3100",
  PAPERCLIP_MIGRATION_AUTO_APPLY: "true",
  PAPERCLIP_TELEMETRY_DISABLED: "1",
  BETTER_AUTH_SECRET: "bench-0123456789abcdef0123456789abcdef",
  PAPERCLIP_AGENT_JWT_SECRET: "bench-fedcba9876543210fedcba9876543210",
};

const docker = new Docker();

/** Lives once on a volume, with the smallest Fly.io machine's limits: one CPU, 1 GB, 512 MB of swap. */
export async function live(image: string, volume: string): Promise<Life> {
  const container = await docker.createContainer({
    Image: image,
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    HostConfig: {
      Init: true,
      Memory: 1024 ** 3,
      MemorySwap: 1.5 * 1024 ** 3,
      NanoCpus: 1e9,
      CapAdd: ["NET_ADMIN"],
      Binds: [`${volume}:/paperclip`],
    },
  });
  try {
    const started = performance.now();
    await container.start();
    const { Networks } = (await container.inspect()).NetworkSettings;
    const address = Networks.bridge?.IPAddress ?? "";
    while (!(await healthy(address))) {
      if (!(await container.inspect()).State.Running)
        throw new Error(`${image} ended; docker logs ${container.id}`);
      await setTimeout(20);
    }
    const bootSeconds = seconds(started);
    const bootCpuSeconds = (await stats(container)).cpu_stats.cpu_usage.total_usage / 1e9;
    await setTimeout(idleSeconds * 1000);
    const idleMegabytes = anonymous(await stats(container));
    const stopping = performance.now();
    await container.stop({ t: 120 });
    return { bootSeconds, bootCpuSeconds, idleMegabytes, stopSeconds: seconds(stopping) };
  } finally {
    await container.remove({ force: true });
  }
}

export const newVolume = async () => (await docker.createVolume({})).name;
export const removeVolume = (name: string) => docker.getVolume(name).remove();

const seconds = (since: number) => (performance.now() - since) / 1000;

async function healthy(address: string): Promise<boolean> {
  const options = { headers: { host: "localhost" }, headersTimeout: 2000 };
  const answer = await request(`http://${address}:3100/api/health`, options).catch(() => undefined);
  await answer?.body.dump();
  return answer?.statusCode === 200;
}

const stats = (container: Docker.Container) => container.stats({ stream: false, "one-shot": true });

/** The kernel's two generations of control groups have two names for it. */
function anonymous({ memory_stats }: Docker.ContainerStats): number {
  const detail = memory_stats.stats as unknown as Record<string, number>;
  return (detail.total_rss ?? detail.anon ?? Number.NaN) / 1e6;
}
