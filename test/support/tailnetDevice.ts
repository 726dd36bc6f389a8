import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { startService, stopService } from "../../local/platform/service.ts";
import type { TestStack } from "../engine/testStack.ts";

/**
 * The device that a stack's machine would be: a real tailscaled on this host, of the app's host name and with the program's tag. The tests'
 * tiny image has none in it.
 *
 * @returns what stops it
 */
export async function joinAsMachine(stack: TestStack): Promise<() => Promise<void>> {
  const folder = join(stack.platformFolder, "device");
  await mkdir(folder, { recursive: true });
  const [socket, keyFile] = [join(folder, "tailscaled.sock"), join(folder, "key")];
  const { env } = stack;
  const tailscale = (...args: string[]) => execa("tailscale", [`--socket=${socket}`, ...args], { env });
  await startService(folder, {
    name: "tailscaled",
    command: "tailscaled",
    args: ["--tun=userspace-networking", "--port=0", `--statedir=${folder}`, `--socket=${socket}`],
    env: { ...env, TS_NO_LOGS_NO_SUPPORT: "true" },
    ready: () => tailscale("status", "--json").then(() => true),
  });
  await writeFile(keyFile, await makeKey(env), { mode: 0o600 });
  const login = `--login-server=${stack.platform.tailnet.controlUrl}`;
  await tailscale("up", login, `--auth-key=file:${keyFile}`, `--hostname=${stack.appName}`, "--timeout=30s");
  await rm(keyFile);
  return () => stopService(folder, "tailscaled");
}

async function makeKey(env: Record<string, string>): Promise<string> {
  const devices = { create: { reusable: false, preauthorized: true, tags: ["tag:paperclip"] } };
  const response = await fetch(`${env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.TAILSCALE_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ capabilities: { devices }, expirySeconds: 300 }),
  });
  return z.object({ key: z.string() }).parse(await response.json()).key;
}
