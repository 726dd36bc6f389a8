/**
 * A second device of the local tailnet, as a person's laptop would be one: a real tailscaled without a network device, whose HTTP proxy on
 * loopback lets a browser of this machine into the tailnet.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { type Dispatcher, ProxyAgent, request } from "undici";
import { z } from "zod";
import type { Platform } from "./platform.ts";
import { startService, stopService } from "./service.ts";

export interface Laptop {
  /** HTTP proxy through which the tailnet's names and addresses are reached. */
  proxyUrl: string;
  /** Runs the tailscale command of this device and returns what it prints. */
  tailscale(...args: string[]): Promise<string>;
  /** The way into the tailnet for undici; a certificate has to lead to the tailnet's certificate authority. To be closed by who asks. */
  dispatcher(): Promise<Dispatcher>;
  /** Fetches a page of the tailnet. */
  get(url: string): Promise<{ status: number; body: string }>;
  /** Waits until a page answers with success. */
  eventually(url: string): Promise<void>;
  stop(): Promise<void>;
}

const name = "laptop";

/** Starts the laptop and joins it, or finds it running. */
export async function startLaptop(folder: string, platform: Platform): Promise<Laptop> {
  const state = join(folder, name);
  await mkdir(state, { recursive: true });
  const socket = join(state, "tailscaled.sock");
  const proxy = `127.0.0.1:${platform.ports.laptop}`;
  const tailscale = async (...args: string[]) =>
    (await execa("tailscale", [`--socket=${socket}`, ...args], { env: platform.env })).stdout;
  await startService(folder, {
    name,
    command: "tailscaled",
    args: [
      ...["--tun=userspace-networking", "--port=0", `--statedir=${state}`, `--socket=${socket}`],
      `--outbound-http-proxy-listen=${proxy}`,
    ],
    env: { ...platform.env, TS_NO_LOGS_NO_SUPPORT: "true" },
    ready: () => tailscale("status", "--json").then(() => true),
  });
  const { BackendState } = JSON.parse(await tailscale("status", "--json")) as { BackendState: string };
  if (BackendState !== "Running") await joinTailnet(platform, join(state, "key"), tailscale);
  const dispatcher = async () => {
    const ca = await readFile(platform.tailnet.caFile);
    return new ProxyAgent({ uri: `http://${proxy}`, requestTls: { ca } });
  };
  const get = async (url: string) => {
    const way = await dispatcher();
    try {
      const { statusCode, body } = await request(url, { dispatcher: way, headersTimeout: 10_000 });
      return { status: statusCode, body: await body.text() };
    } finally {
      await way.close();
    }
  };
  return {
    proxyUrl: `http://${proxy}`,
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

/** Joins with a key made for it: a person's device, with no tags. */
async function joinTailnet(platform: Platform, keyFile: string, tailscale: Laptop["tailscale"]) {
  const response = await fetch(`${platform.env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${platform.env.TAILSCALE_API_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      capabilities: { devices: { create: { preauthorized: true } } },
      expirySeconds: 3600,
    }),
  });
  const { key } = z.object({ key: z.string() }).parse(await response.json());
  try {
    await writeFile(keyFile, key, { mode: 0o600 });
    const login = `--login-server=${platform.tailnet.controlUrl}`;
    await tailscale("up", login, `--auth-key=file:${keyFile}`, `--hostname=${name}`, "--timeout=30s");
  } finally {
    await rm(keyFile, { force: true });
  }
}
