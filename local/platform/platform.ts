/**
 * A Fly.io and a tailnet on this machine: a registry, the Fly emulator, and Tailscale's control server. `npm run dev` keeps one running;
 * tests start their own.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { StartBalance } from "../fly/cpu/balance.ts";
import { type LocalInternet, openInternet } from "../internet/internet.ts";
import { nodeImageOf } from "../toolchain/baseImages.ts";
import { oneAtATime } from "../toolchain/cache.ts";
import type { Toolchain } from "../toolchain/setup.ts";
import { flySeed } from "./flySeed.ts";
import { type Ports, platformPorts } from "./ports.ts";
import { answers, type Service, startService, stopService } from "./service.ts";
import { type LocalTailnet, localTailnet, oauthClients, tailnetService } from "./tailnet.ts";

export interface Platform {
  /** The environment that points flyctl, Pulumi and its providers at this platform. */
  env: Record<string, string>;
  ports: Ports;
  tailnet: LocalTailnet;
  /** Names of the internet that this host answers for in its machines. */
  internet: LocalInternet;
  /** Credentials that a test can use instead of the API key in `env`. */
  oauthClients: Record<keyof typeof oauthClients, OAuthCredential>;
  /** Stops its services. Machines keep running; a platform started again in the same folder finds them. */
  stop(): Promise<void>;
  /** Removes all it made: machines, volumes, networks, images, keys, and the folder. */
  remove(): Promise<void>;
}

interface OAuthCredential {
  TAILSCALE_OAUTH_CLIENT_ID: string;
  TAILSCALE_OAUTH_CLIENT_SECRET: string;
}

const local = join(import.meta.dirname, "..");

/**
 * Starts the platform of a folder, or finds it running.
 *
 * @param cpuBalance CPU that its machines begin with: by default very little, as new ones on Fly.io. `full` for work that is not about CPU.
 * @param names names of the internet that this host answers for in its machines. Default: none, so that machines find the real services
 */
export async function startPlatform(
  folder: string,
  toolchain: Toolchain,
  cpuBalance: StartBalance = "new",
  names: readonly string[] = [],
): Promise<Platform> {
  await mkdir(folder, { recursive: true });
  const tokens = await platformTokens(folder);
  const internet = await openInternet(
    join(folder, "internet"),
    names,
    await nodeImageOf(toolchain.imageBuildArgs),
  );
  // A port is free until somebody listens on it. So another platform chooses its ports only after this one has started.
  const { ports, env, tailnet, services } = await oneAtATime("platform-ports", async () => {
    const ports = await platformPorts(folder);
    const env = platformEnvironment(ports, tokens, toolchain);
    const tailnet = await localTailnet(folder, ports);
    const services = [
      await registry(folder, ports, env),
      await tailnetService(folder, ports, tailnet, tokens.oauthClient, env),
      await fly(folder, ports, tailnet, internet, cpuBalance, env),
    ];
    for (const service of services) await startService(folder, service);
    return { ports, env, tailnet, services };
  });

  const stop = async () => {
    for (const { name } of services.toReversed()) await stopService(folder, name);
  };
  return {
    env,
    ports,
    tailnet,
    internet,
    oauthClients: {
      recommended: credential(oauthClients.recommended, tokens),
      whole: credential(oauthClients.whole, tokens),
      withoutDevices: credential(oauthClients.withoutDevices, tokens),
      withoutKeys: credential(oauthClients.withoutKeys, tokens),
    },
    stop,
    async remove() {
      await stop();
      await execa(process.execPath, [join(local, "fly/main.ts"), "remove", "--data", join(folder, "fly")], {
        env,
      });
      await internet.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const credential = ({ id }: { id: string }, { oauthClient }: Tokens): OAuthCredential => ({
  TAILSCALE_OAUTH_CLIENT_ID: id,
  TAILSCALE_OAUTH_CLIENT_SECRET: oauthClient,
});

interface Tokens {
  fly: string;
  tailscale: string;
  /** Secret of the tailnet's OAuth clients. */
  oauthClient: string;
}

/** Tokens of this platform's own, so that one platform's can do nothing on another. */
async function platformTokens(folder: string): Promise<Tokens> {
  const file = join(folder, "tokens.json");
  if (!existsSync(file)) {
    const digits = () => randomBytes(16).toString("hex");
    const tokens: Tokens = {
      fly: `fo1_${digits()}`,
      tailscale: `tskey-api-${digits()}`,
      oauthClient: `tskey-client-${digits()}`,
    };
    await writeFile(file, JSON.stringify(tokens), { mode: 0o600 });
  }
  return JSON.parse(await readFile(file, "utf8")) as Tokens;
}

function platformEnvironment(ports: Ports, tokens: Tokens, toolchain: Toolchain): Record<string, string> {
  const flyUrl = `http://127.0.0.1:${ports.fly}`;
  return {
    PATH: toolchain.path,
    FLY_API_BASE_URL: flyUrl,
    FLY_FLAPS_BASE_URL: flyUrl,
    FLY_UIEX_BASE_URL: flyUrl,
    FLY_REGISTRY_HOST: `127.0.0.1:${ports.registry}`,
    FLY_API_TOKEN: tokens.fly,
    TAILSCALE_BASE_URL: `http://127.0.0.1:${ports.tailnet}`,
    TAILSCALE_API_KEY: tokens.tailscale,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The plugins are there: stand-ins on the PATH, or fetched by the engine during set-up.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

async function registry(folder: string, ports: Ports, env: Record<string, string>): Promise<Service> {
  const address = `127.0.0.1:${ports.registry}`;
  const config = join(folder, "registry.json");
  const storage = { filesystem: { rootdirectory: join(folder, "registry") }, delete: { enabled: true } };
  await writeFile(
    config,
    JSON.stringify({ version: "0.1", log: { level: "warn" }, storage, http: { addr: address } }),
  );
  return {
    name: "registry",
    command: "registry",
    args: ["serve", config],
    // Otherwise it looks for a collector of traces.
    env: { ...env, OTEL_TRACES_EXPORTER: "none" },
    ready: () => answers(`http://${address}/v2/`),
  };
}

async function fly(
  folder: string,
  ports: Ports,
  tailnet: LocalTailnet,
  internet: LocalInternet,
  cpuBalance: StartBalance,
  env: Record<string, string>,
): Promise<Service> {
  const seed = join(folder, "fly-seed.json");
  await writeFile(seed, JSON.stringify(flySeed));
  const hosts = Object.entries(internet.addresses).map(([name, address]) => `${name}=${address}`);
  const args = [
    join(local, "fly/main.ts"),
    ...["--data", join(folder, "fly"), "--seed", seed, "--registry", `127.0.0.1:${ports.registry}`],
    ...["--port", String(ports.fly), "--proxy-port", String(ports.proxy)],
    ...["--cpu-balance", cpuBalance],
    // On the real Fly.io a machine finds Let's Encrypt by itself.
    ...["--machine-env", `TS_DEBUG_ACME_DIRECTORY_URL=${tailnet.acmeUrl}`],
    ...(hosts.length > 0 ? ["--trust", internet.caFile, "--host", ...hosts] : []),
  ];
  const ready = () => answers(`http://127.0.0.1:${ports.fly}/v1/platform/regions`);
  return { name: "fly", command: process.execPath, args, env, ready };
}
