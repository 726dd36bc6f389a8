/**
 * The one place that starts flyctl: which binary, with which environment, and how its errors are read. The Pulumi program itself only asks
 * whether there is one; everything else runs in the verbs' processes and in `ops/`.
 */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { z } from "zod";
import { parseShaped } from "../json.ts";
import { blockAllBut, neededHosts, needsProxy } from "./egress.ts";
import { isRefusal, missingRight } from "./rights.ts";

/**
 * flyctl ended with an error. The message is flyctl's own and, where the token lacks a right, says what to do. It holds no secret, because no
 * secret is ever in a command line.
 */
export class FlyctlError extends Error {
  readonly exitCode: number | undefined;
  /** Whether Fly.io refused the token. */
  readonly refused: boolean;

  constructor(app: string, args: string[], output: string, exitCode: number | undefined) {
    const reason = lastError(output) || `ended with exit code ${exitCode}`;
    const refused = isRefusal(reason);
    // A shell ends with these where it finds no program, or one that does not run.
    const broken = exitCode === 126 || exitCode === 127;
    const fix = refused ? [missingRight(app, args)] : broken ? [doesNotWork] : [];
    super([`flyctl ${commandName(args)}: ${reason}`, ...fix].join("\n"));
    this.name = "FlyctlError";
    this.exitCode = exitCode;
    this.refused = refused;
  }

  /** Whether another try is of no use: a right is missing, or something is not there. */
  get isFinal(): boolean {
    return this.refused || /not find|not found/i.test(this.message);
  }

  /** Whether flyctl's error text has this in it. Its GraphQL errors come after the whole query, so texts are matched anywhere. */
  says(text: string): boolean {
    return this.message.includes(text);
  }
}

interface Options {
  /** Given to flyctl on its standard input; the way of secrets. */
  input?: string;
  /** Extra variables for this call. */
  env?: Record<string, string>;
}

/**
 * Runs flyctl for one app and returns its standard output.
 *
 * @throws FlyctlError with flyctl's own message when it ends with an error.
 */
export async function flyctl(app: string, args: string[], { input, env }: Options = {}): Promise<string> {
  const result = await execa(...command(args), {
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    env: { ...(await environment(app)), ...env },
    reject: false,
    stripFinalNewline: false,
  });
  if (result.code && result.exitCode === undefined) throw new Error(notStarted(result.code));
  if (result.failed) throw new FlyctlError(app, args, `${result.stdout}\n${result.stderr}`, result.exitCode);
  return result.stdout;
}

/**
 * Runs flyctl so that it finishes what it began even when this process is killed: a deploy that is cut off leaves the machine locked
 * for minutes. Ctrl-C reaches every process of the terminal's group, so flyctl gets a group of its own, and a file for its output,
 * since a closed pipe would end it too.
 *
 * @throws FlyctlError with flyctl's own message when it ends with an error.
 */
export async function flyctlToTheEnd(app: string, args: string[]): Promise<void> {
  const directory = await configDirectory(app);
  const output = join(directory, "output");
  const process = execa(...command(args), {
    stdin: "ignore",
    stdout: { file: output },
    stderr: { file: output, append: true },
    env: await environment(app),
    reject: false,
    detached: true,
    cleanup: false,
  });
  if (process.pid) await writeFile(join(directory, "pid"), String(process.pid));
  const { code, failed, exitCode } = await process;
  if (code && exitCode === undefined) throw new Error(notStarted(code));
  if (failed) throw new FlyctlError(app, args, await readFile(output, "utf8"), exitCode);
}

/** Whether a detached flyctl of this app, possibly started by an earlier, killed process, is still running here. */
export async function flyctlStillRuns(app: string): Promise<boolean> {
  try {
    const pid = await readFile(join(await configDirectory(app), "pid"), "utf8");
    const command = await execa("ps", ["-o", "args=", "-p", pid]);
    return command.stdout.includes("flyctl") && command.stdout.includes(app);
  } catch {
    return false;
  }
}

/** Runs flyctl with --json and returns the part of the answer that a shape describes. */
export async function flyctlJson<T>(
  app: string,
  args: string[],
  shape: z.ZodType<T>,
  options?: Options,
): Promise<T> {
  return parseShaped(
    await flyctl(app, [...args, "--json"], options),
    shape,
    `the answer of flyctl ${commandName(args)}`,
  );
}

/** Whether a flyctl is on the PATH that starts. */
export function flyctlStarts(): boolean {
  try {
    const env = { ...process.env, ...quiet };
    execFileSync("flyctl", ["version"], { stdio: "ignore", timeout: 10_000, env });
    return true;
  } catch {
    return false;
  }
}

/** Deletes what flyctl has noted about an earlier app of the same name: a deploy would wait for that app's secrets. */
export async function resetFlyctlCache(app: string): Promise<void> {
  await rm(await configDirectory(app), { recursive: true, force: true });
}

/** What is started: flyctl, or what starts it where it has to go through a proxy. */
const command = (args: string[]): [string, string[]] =>
  needsProxy(process.env)
    ? [process.execPath, [join(import.meta.dirname, "flyctlGate.ts"), ...args]]
    : ["flyctl", args];

/** Keeps flyctl from reporting and from looking for news. */
const quiet = {
  FLY_SEND_METRICS: "0",
  FLY_NO_UPDATE_CHECK: "1",
  FLY_NO_INCIDENTS_CHECK: "1",
  // Otherwise a deploy sends its traces, and with them the token, in clear to a collector.
  FLY_TRACE_COLLECTOR_URL: "127.0.0.1",
};

/** What every call gets on top of the ambient environment, which holds the token. */
async function environment(app: string): Promise<Record<string, string | undefined>> {
  return {
    FLY_CONFIG_DIR: await configDirectory(app),
    ...quiet,
    NO_COLOR: "1",
    // Where the operator has set them, they stand for flags that are not given: addresses would be allocated in that organization's network.
    FLY_ORG: undefined,
    FLY_ORGANIZATION: undefined,
    FLY_REGION: undefined,
    // Both would write down requests with the secrets in them: `debug` on standard error, the other one in a file.
    LOG_LEVEL: undefined,
    FLYCTL_OUTPUT_HAR: undefined,
    ...(needsProxy(process.env) ? {} : blockAllBut(neededHosts(process.env))),
  };
}

/**
 * A configuration directory for each app, kept from one call to the next: flyctl notes there which secrets a deploy has to wait for.
 * flyctl also writes every request's body, secrets included, to files in the folder `logs`. It cannot, because `logs` is a file here.
 */
async function configDirectory(app: string): Promise<string> {
  const directory = join(
    process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
    "paperclip-on-fly",
    "flyctl",
    app,
  );
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(join(directory, "logs"), "A file, so that flyctl cannot write request bodies here.\n", {
    mode: 0o600,
  });
  return directory;
}

const doesNotWork =
  "The flyctl on the PATH does not work; install it again: curl -L https://fly.io/install.sh | sh";

/** @param code the operating system's word for why, e.g. ENOENT */
const notStarted = (code: string) =>
  code === "ENOENT"
    ? "flyctl is not on the PATH; install it: curl -L https://fly.io/install.sh | sh"
    : `${doesNotWork} (${code})`;

const commandName = (args: string[]) =>
  args
    .filter((word) => !word.startsWith("-"))
    .slice(0, 2)
    .join(" ");

/** flyctl's last "Error: …" with what follows it, on one line. */
function lastError(output: string): string {
  const start = output.lastIndexOf("Error: ");
  return (start < 0 ? output : output.slice(start + "Error: ".length)).trim().replace(/\s*\n\s*/g, " ");
}
