// A real image registry (distribution) on the loopback, where the Docker daemon pushes without TLS.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProgram } from "./program.ts";

export interface ImageRegistry {
  /** `127.0.0.1:PORT` */
  address: string;
  stop(): Promise<void>;
}

export const registryUser = { username: "contract", password: "registry-contract-test" };
/** Of that user, as bcrypt has it. */
const passwordFile = "contract:$2a$05$RayLOIWlyg5kHvmJPGgvaukdkvYzqxKMuNzkPqTAGX0gOhG7fzF72\n";

/**
 * Starts the `registry` of the PATH on a port that it chooses itself.
 *
 * @param options.withPassword whether only `registryUser` may push and pull
 * @throws Error with all that it said when it ends before it listens
 */
export async function startRegistry({ withPassword = false } = {}): Promise<ImageRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "registry-test-"));
  const passwords = join(folder, "htpasswd");
  const config = {
    version: "0.1",
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "images") } },
    http: { addr: "127.0.0.1:0" },
    ...(withPassword ? { auth: { htpasswd: { realm: "contract", path: passwords } } } : {}),
  };
  await writeFile(passwords, passwordFile);
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  const listens = /listening on (127\.0\.0\.1:\d+)/;
  // It would otherwise look for a collector of traces.
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
