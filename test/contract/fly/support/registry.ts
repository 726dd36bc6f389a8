import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import getPort from "get-port";
import pWaitFor from "p-wait-for";

export interface TestRegistry {
  /** `host:port`. */
  host: string;
  stop: () => Promise<void>;
}

/** Starts the `registry` of the PATH (github.com/distribution/distribution) on a free loopback port. */
export async function startRegistry(): Promise<TestRegistry> {
  const folder = await mkdtemp(path.join(tmpdir(), "registry-"));
  const host = `127.0.0.1:${await getPort()}`;
  const config = path.join(folder, "config.json");
  await writeFile(
    config,
    JSON.stringify({
      version: "0.1",
      log: { level: "error" },
      storage: { filesystem: { rootdirectory: path.join(folder, "data") } },
      http: { addr: host },
    }),
  );
  const running = execa("registry", ["serve", config], { reject: false });
  const ended = running.then((result) => {
    throw new Error(
      "the registry ended before it answered. Is `registry` (github.com/distribution/distribution) on the PATH? " +
        result.message,
    );
  });
  // Rejects at the end of the test as well, when nobody waits for it any more.
  ended.catch(() => undefined);
  const answers = pWaitFor(
    () =>
      fetch(`http://${host}/v2/`).then(
        (response) => response.ok,
        () => false,
      ),
    { interval: 50, timeout: 20_000 },
  );
  await Promise.race([answers, ended]);
  return {
    host,
    stop: async () => {
      running.kill();
      await running;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
