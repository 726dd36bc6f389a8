/**
 * A device in a tailnet, like a person's laptop: a real tailscaled in userspace. Its HTTP proxy on loopback lets this machine into the
 * tailnet. It needs no privilege.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { type Dispatcher, ProxyAgent, request } from "undici";
import { startService, stopService } from "./service.ts";

export interface UserspaceDevice {
  /** HTTP proxy that leads to the tailnet's names and addresses. */
  proxyUrl: string;
  /** Socket of its tailscaled, for the tailscale command. */
  socket: string;
  /** Runs the tailscale command of this device and returns what it prints. */
  tailscale(...args: string[]): Promise<string>;
  /** The way into the tailnet for undici, which accepts certificates of trusted authorities only. The caller closes it. */
  dispatcher(): Promise<Dispatcher>;
  /** Fetches a page of the tailnet. Follows no redirect. */
  get(url: string): Promise<{ status: number; location?: string; body: string }>;
  /** Waits until a page answers with success. */
  eventually(url: string): Promise<void>;
  stop(): Promise<void>;
}

export interface DeviceOptions {
  /** Folder of the service's log; the device's state is in a folder NAME of it. */
  folder: string;
  /** Host name in the tailnet, and name of the service. */
  name: string;
  /** Port of the proxy on loopback. */
  port: number;
  env: Record<string, string>;
  /** Default: Tailscale's. */
  controlServer?: string | undefined;
  /** File of a certificate authority to trust. Default: those that Node.js trusts. */
  caFile?: string;
  /** Makes the key for a device that has not joined yet. */
  makeKey: () => Promise<string>;
}

/** Starts the device and joins it, or finds it running. */
export async function startUserspaceDevice(options: DeviceOptions): Promise<UserspaceDevice> {
  const { folder, name, port, env, caFile } = options;
  const state = join(folder, name);
  await mkdir(state, { recursive: true });
  const socket = join(state, "tailscaled.sock");
  const proxy = `127.0.0.1:${port}`;
  const tailscale = async (...args: string[]) =>
    (await execa("tailscale", [`--socket=${socket}`, ...args], { env })).stdout;
  await startService(folder, {
    name,
    command: "tailscaled",
    args: [
      ...["--tun=userspace-networking", "--port=0", `--statedir=${state}`, `--socket=${socket}`],
      `--outbound-http-proxy-listen=${proxy}`,
    ],
    env: { ...env, TS_NO_LOGS_NO_SUPPORT: "true" },
    ready: () => tailscale("status", "--json").then(() => true),
  });
  const { BackendState } = JSON.parse(await tailscale("status", "--json")) as { BackendState: string };
  if (BackendState !== "Running") await joinTailnet(options, join(state, "key"), tailscale);
  const dispatcher = async () => {
    const trusted = caFile ? { requestTls: { ca: await readFile(caFile) } } : {};
    return new ProxyAgent({ uri: `http://${proxy}`, ...trusted });
  };
  const get = async (url: string) => {
    const way = await dispatcher();
    try {
      const { statusCode, headers, body } = await request(url, { dispatcher: way, headersTimeout: 10_000 });
      const location = headers.location ? { location: String(headers.location) } : {};
      return { status: statusCode, ...location, body: await body.text() };
    } finally {
      await way.close();
    }
  };
  return {
    proxyUrl: `http://${proxy}`,
    socket,
    tailscale,
    dispatcher,
    get,
    async eventually(url) {
      const isThere = async () => (await get(url).catch(() => undefined))?.status === 200;
      await pWaitFor(isThere, { interval: 300, timeout: 180_000 });
    },
    stop: () => stopService(folder, name),
  };
}

async function joinTailnet(
  { name, controlServer, makeKey }: DeviceOptions,
  keyFile: string,
  tailscale: UserspaceDevice["tailscale"],
) {
  const login = controlServer ? [`--login-server=${controlServer}`] : [];
  try {
    // A file that only its owner can read: an argument would show in the process list.
    await writeFile(keyFile, await makeKey(), { mode: 0o600 });
    await tailscale("up", ...login, `--auth-key=file:${keyFile}`, `--hostname=${name}`, "--timeout=30s");
  } finally {
    await rm(keyFile, { force: true });
  }
}
