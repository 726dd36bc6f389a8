// A real image registry (distribution) on the loopback, where the Docker daemon pushes without TLS.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import getPort from "get-port";
import pWaitFor from "p-wait-for";

export interface Registry {
  /** `127.0.0.1:PORT` */
  address: string;
  stop(): Promise<void>;
}

export const registryUser = { username: "contract", password: "registry-contract-test" };
/** Of that user, as bcrypt has it. */
const passwordFile = "contract:$2a$05$RayLOIWlyg5kHvmJPGgvaukdkvYzqxKMuNzkPqTAGX0gOhG7fzF72\n";

/** Milliseconds until the first answer. */
const startTimeoutMs = 20_000;

async function isUp(address: string): Promise<boolean> {
  const response = await fetch(`http://${address}/v2/`).catch(() => undefined);
  return response?.ok || response?.status === 401;
}

const missing =
  "`registry` is not on PATH: it is part of the local toolchain, or https://github.com/distribution/distribution";

/** Rejects when the process ends before it was asked to. */
function ended(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    child.once("error", () => reject(new Error(missing)));
    child.once("exit", (code) =>
      reject(new Error(`the registry ended with exit code ${code} while it started`)),
    );
  });
}

async function started(child: ChildProcess, address: string): Promise<void> {
  await Promise.race([
    pWaitFor(() => isUp(address), { timeout: startTimeoutMs, interval: 50 }),
    ended(child),
  ]);
}

/** @param folder for its images and its configuration */
export async function startRegistry(folder: string, { withPassword = false } = {}): Promise<Registry> {
  const address = `127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;
  const config = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "images") } },
    http: { addr: address },
    ...(withPassword ? { auth: { htpasswd: { realm: "contract", path: join(folder, "htpasswd") } } } : {}),
  };
  if (withPassword) await writeFile(join(folder, "htpasswd"), passwordFile);
  const configPath = join(folder, "registry.json");
  await writeFile(configPath, JSON.stringify(config));
  // It would otherwise look for a collector of traces.
  const env = { ...process.env, OTEL_TRACES_EXPORTER: "none" };
  const child = spawn("registry", ["serve", configPath], { env, stdio: "ignore" });
  await started(child, address);
  return {
    address,
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}
