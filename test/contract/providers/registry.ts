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

/** Milliseconds until the first answer. */
const startTimeoutMs = 20_000;

async function isUp(address: string): Promise<boolean> {
  const response = await fetch(`http://${address}/v2/`).catch(() => undefined);
  return response?.ok ?? false;
}

async function started(child: ChildProcess, address: string): Promise<void> {
  const failed = once(child, "exit").then(() => {
    throw new Error("the registry ended while it started");
  });
  const missing = once(child, "error").then(() => {
    throw new Error(
      "`registry` is not on PATH: it is part of the local toolchain, or https://github.com/distribution/distribution",
    );
  });
  await Promise.race([
    pWaitFor(() => isUp(address), { timeout: startTimeoutMs, interval: 50 }),
    failed,
    missing,
  ]);
}

/** @param folder for its images and its configuration */
export async function startRegistry(folder: string): Promise<Registry> {
  const address = `127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;
  const config = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "images") } },
    http: { addr: address },
  };
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
