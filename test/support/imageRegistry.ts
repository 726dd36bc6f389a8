// A real image registry (distribution) on the loopback interface, where the Docker daemon pushes without TLS.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProgram } from "./program.ts";

export interface ImageRegistry {
  /** `127.0.0.1:PORT` */
  address: string;
  stop(): Promise<void>;
}

/**
 * Starts the `registry` of the PATH on a port that it chooses itself.
 *
 * @throws Error with its whole output if it ends before it listens
 */
export async function startRegistry(): Promise<ImageRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "registry-test-"));
  const config = {
    version: "0.1",
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "images") } },
    http: { addr: "127.0.0.1:0" },
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  const listens = /listening on (127\.0\.0\.1:\d+)/;
  // Otherwise it looks for a trace collector.
  const env = { OTEL_TRACES_EXPORTER: "none" };
  const program = await startProgram("registry", ["serve", join(folder, "config.json")], listens, env);
  return {
    address: program.said[1] as string,
    async stop() {
      await program.stop();
      await rm(folder, { recursive: true });
    },
  };
}
