/** The Docker daemon that builds the image and runs the machines. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { cacheDirectory } from "./cache.ts";
import { ensureProgram } from "./debian.ts";
import { silently } from "./progress.ts";

/** The version of the daemon that answers, e.g. `28.2.2`; undefined if none does. */
async function dockerVersion(): Promise<string | undefined> {
  const { failed, stdout } = await execa("docker", ["version", "--format", "{{.Server.Version}}"], {
    reject: false,
  });
  return failed ? undefined : stdout.trim();
}

/**
 * Makes sure that a daemon answers: a running one, or, for root on Debian, one that is installed and started here. That one keeps running
 * afterwards, as a daemon does.
 *
 * @throws Error that says what to do if no daemon can be had.
 */
export async function ensureDocker(begin = silently): Promise<string> {
  const running = await dockerVersion();
  if (running) return running;
  begin("installing or starting it", 1);
  if (process.platform !== "linux")
    throw new Error("Docker does not answer. Start Docker Desktop, then try again.");
  await ensureProgram("docker", ["docker.io", "iptables"]);
  await ensureProgram("dockerd", ["docker.io", "iptables"]);
  if (process.getuid?.() !== 0) {
    throw new Error(
      "Docker does not answer. Start it (sudo systemctl start docker) and let this user use it (group docker).",
    );
  }
  const log = join(cacheDirectory(), "dockerd.log");
  startDaemon(log);
  await pWaitFor(async () => (await dockerVersion()) !== undefined, { interval: 300, timeout: 60_000 }).catch(
    () => {
      throw new Error(`dockerd did not come up within a minute; its log is ${log}`);
    },
  );
  return (await dockerVersion()) ?? "";
}

function startDaemon(log: string) {
  mkdirSync(cacheDirectory(), { recursive: true });
  const output = openSync(log, "a");
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output], env }).unref();
  closeSync(output);
}
