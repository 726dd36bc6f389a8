// What the recorded program needs around it: a folder with a build context, the Tailscale API, and an engine to log to.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, startEngine } from "./engine.ts";
import { removeImages } from "./images.ts";
import { Plugin } from "./plugin.ts";
import { apiKey, startTailscaleApi, type TailscaleApi } from "./tailscaleApi.ts";

export interface World {
  /** The program's folder. */
  folder: string;
  engine: Engine;
  /** The part before the slash in the names of the images that are built here. */
  imagePrefix: string;
  tailscale: TailscaleApi;
  start(provider: string, env?: Record<string, string | undefined>): Promise<Plugin>;
  /** Ends what `start` started and leaves the rest running. */
  stopPlugins(): Promise<void>;
  stop(): Promise<void>;
}

async function makeProgramFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "provider-contract-"));
  await mkdir(join(folder, "ctx"));
  await mkdir(join(folder, "docker-config"));
  await writeFile(join(folder, "ctx", "Dockerfile"), "FROM scratch\nCOPY hello.txt /\n");
  await writeFile(join(folder, "ctx", "hello.txt"), "hello\n");
  return folder;
}

/** Keeps the credentials of whoever runs the tests out of them. */
function environment(folder: string, tailscale: TailscaleApi): Record<string, string | undefined> {
  return {
    DOCKER_CONFIG: join(folder, "docker-config"),
    TAILSCALE_BASE_URL: tailscale.url,
    TAILSCALE_API_KEY: apiKey,
    TAILSCALE_TAILNET: undefined,
    TAILSCALE_OAUTH_CLIENT_ID: undefined,
    TAILSCALE_OAUTH_CLIENT_SECRET: undefined,
    TAILSCALE_IDENTITY_TOKEN: undefined,
    TAILSCALE_AUDIENCE: undefined,
  };
}

export async function startWorld(): Promise<World> {
  const folder = await makeProgramFolder();
  const [engine, tailscale] = await Promise.all([startEngine(), startTailscaleApi()]);
  const imagePrefix = `contract-${randomBytes(4).toString("hex")}.test`;
  const plugins: Plugin[] = [];
  const stopPlugins = async () => {
    await Promise.all(plugins.splice(0).map((plugin) => plugin.stop()));
  };
  return {
    folder,
    engine,
    imagePrefix,
    tailscale,
    async start(provider, env = {}) {
      const options = {
        engineAddress: engine.address,
        cwd: folder,
        env: { ...environment(folder, tailscale), ...env },
      };
      const plugin = await Plugin.start(provider, options);
      plugins.push(plugin);
      return plugin;
    },
    stopPlugins,
    async stop() {
      await stopPlugins();
      engine.stop();
      tailscale.stop();
      await removeImages(imagePrefix);
      await rm(folder, { recursive: true });
    },
  };
}
