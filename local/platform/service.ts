/**
 * A program of the local platform that keeps running after the command that started it. Its pid file is how it is found and stopped; its
 * log file lies beside it.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pWaitFor from "p-wait-for";

export interface Service {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  /** Asked until it says yes. */
  ready: () => Promise<boolean>;
}

/** Seconds that a service has to answer, and to end. */
const startSeconds = 30;
const stopSeconds = 15;

/**
 * Starts a service unless it runs already, and waits until it is ready.
 *
 * @throws Error with the end of its log when it ends or does not become ready in time.
 */
export async function startService(folder: string, service: Service): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pidFile = join(folder, `${service.name}.pid`);
  const log = join(folder, `${service.name}.log`);
  if (!(await runningPid(pidFile))) {
    const output = openSync(log, "a");
    const child = spawn(service.command, service.args, {
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...process.env, ...service.env },
    });
    closeSync(output);
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) =>
        reject(new Error(`${service.name} cannot be started: ${error.message}`)),
      );
    });
    child.unref();
    await writeFile(pidFile, `${child.pid} ${await startTime(child.pid ?? 0)}`);
  }
  const isReady = async () => {
    if (await service.ready().catch(() => false)) return true;
    if (!(await runningPid(pidFile))) throw new Error("it ended");
    return false;
  };
  await pWaitFor(isReady, { interval: 100, timeout: startSeconds * 1000 }).catch(async (error: Error) => {
    const lines = (await readFile(log, "utf8")).trim().split("\n").slice(-10).join("\n");
    throw new Error(`${service.name} did not come up: ${error.message}. The end of ${log}:\n${lines}`);
  });
}

/** Stops a service; one that does not run is fine. */
export async function stopService(folder: string, name: string): Promise<void> {
  const pidFile = join(folder, `${name}.pid`);
  const pid = await runningPid(pidFile);
  if (pid) {
    process.kill(pid, "SIGTERM");
    const ended = async () => !(await runningPid(pidFile));
    await pWaitFor(ended, { interval: 50, timeout: stopSeconds * 1000 }).catch(() =>
      process.kill(pid, "SIGKILL"),
    );
  }
  await rm(pidFile, { force: true });
}

/** The service's process, unless it has ended. Process ids are reused, so the start time must match too. */
async function runningPid(pidFile: string): Promise<number | undefined> {
  const [pid, started] = (await readFile(pidFile, "utf8").catch(() => "")).split(" ");
  return pid && started && (await startTime(Number(pid))) === started ? Number(pid) : undefined;
}

/** When a process was started, in clock ticks since boot; empty for one that is gone or a zombie. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in brackets, which can contain blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // The first thread can be a zombie while others still hold the process's files and ports.
  const isOver = fields[0] === "Z" && Number(fields[17]) <= 1;
  return isOver ? "" : (fields[19] ?? "");
}

/** Whether a server answers at all, with any answer. For `ready`. */
export async function answers(url: string): Promise<boolean> {
  await fetch(url);
  return true;
}
