// Runs one command of a Command resource as the real plugin does: through the interpreter alone, with the plugin's own environment under
// the given one. The whole output is kept. A cancel reaches the direct child only.
import { isUtf8 } from "node:buffer";
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Context, ProviderError } from "../provider.ts";
import { commandError, exitFailure, notFound, startFailure } from "./failure.ts";
import type { CommandInputs } from "./inputs.ts";
import { LineSplitter } from "./lines.ts";

export interface Output {
  stdout: string;
  stderr: string;
}

const defaultInterpreter = ["/bin/sh", "-c"];
const loggedStreams: Record<string, string[]> = {
  none: [],
  stdout: ["stdout"],
  stderr: ["stderr"],
  stdoutAndStderr: ["stdout", "stderr"],
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Looked up on the plugin's PATH, not on the command's. */
function findExecutable(name: string): string | undefined {
  if (name.includes("/")) return name;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function environmentOf(inputs: CommandInputs, previous: Output): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...inputs.environment };
  if (previous.stdout !== "") environment.PULUMI_COMMAND_STDOUT = previous.stdout;
  if (previous.stderr !== "") environment.PULUMI_COMMAND_STDERR = previous.stderr;
  return environment;
}

const holdsNul = (texts: (string | undefined)[]) => texts.some((text) => text?.includes("\0"));

/** Node reports some causes by throwing (E2BIG, ENOTDIR), others with an error event. */
function start(
  executable: string,
  args: string[],
  options: SpawnOptions,
  failed: (error: Error) => Error,
): ChildProcess {
  try {
    return spawn(executable, args, options);
  } catch (error) {
    throw failed(error as Error);
  }
}

/** Hands over the child's output. Resolves when the child has ended and nobody holds its pipes any more. */
async function collect(
  child: ChildProcess,
  onChunk: (stream: keyof Output, chunk: Buffer) => Promise<void>,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  // Waits for each chunk, so that a command gets no further ahead of its log than its pipes are long.
  const read = async (stream: keyof Output) => {
    for await (const chunk of child[stream] ?? []) await onChunk(stream, chunk);
  };
  const [exit] = await Promise.all([ended, read("stdout"), read("stderr")]);
  return exit;
}

function text(stream: keyof Output, chunks: Buffer[]): string {
  const bytes = Buffer.concat(chunks);
  if (isUtf8(bytes)) return bytes.toString("utf8").replace(/\n$/, "");
  throw new ProviderError(
    `the value of property "${stream}" is a string that contains non-UTF8 bytes, which the receiver does not support`,
  );
}

/**
 * @param previous what the last create or update printed
 * @throws ProviderError with the command and its output when it does not succeed
 */
export async function run(
  command: string,
  inputs: CommandInputs,
  previous: Output,
  context: Context,
): Promise<Output> {
  const combined: Buffer[] = [];
  const fail = (cause: string, code?: ProviderError["code"]) =>
    new ProviderError(commandError(cause, command, Buffer.concat(combined)), code);
  const interpreter = inputs.interpreter?.length ? inputs.interpreter : defaultInterpreter;
  const [name = "", ...args] = [...interpreter, command];
  const executable = findExecutable(name);
  if (executable === undefined) throw fail(notFound(name));
  if (context.signal.aborted) throw fail(context.signal.reason.message, context.signal.reason.code);
  const environment = environmentOf(inputs, previous);
  if (holdsNul(Object.entries(environment).flat())) throw fail("exec: environment variable contains NUL");
  // Node's own message for these shows the argument, which can be a secret.
  if (holdsNul(args)) throw fail(`fork/exec ${executable}: invalid argument`);

  const startFailed = (error: Error) => fail(startFailure(executable, error));
  const child = start(
    executable,
    args,
    { argv0: name, env: environment, stdio: [inputs.stdin ? "pipe" : "ignore", "pipe", "pipe"] },
    startFailed,
  );
  const kill = () => child.kill("SIGKILL");
  context.signal.addEventListener("abort", kill);
  // A command is free to leave its input unread.
  child.stdin?.on("error", () => {});
  child.stdin?.end(inputs.stdin);

  let tooLong: Error | undefined;
  let logged = Promise.resolve();
  const lines = new LineSplitter((line) => {
    logged = logged.then(() => context.log("info", line, { ephemeral: true }));
  });
  const chunks: Record<keyof Output, Buffer[]> = { stdout: [], stderr: [] };
  const streams = inputs.logging === undefined ? ["stdout", "stderr"] : (loggedStreams[inputs.logging] ?? []);
  const onChunk = async (stream: keyof Output, chunk: Buffer) => {
    chunks[stream].push(chunk);
    combined.push(chunk);
    if (!streams.includes(stream) || tooLong) return;
    try {
      lines.write(chunk);
    } catch (error) {
      tooLong = error as Error;
      kill();
    }
    await logged;
  };
  const exit = await collect(child, onChunk)
    .catch((error) => {
      throw startFailed(error);
    })
    .finally(() => context.signal.removeEventListener("abort", kill));
  // Without the output, which would repeat the line. The real plugin hangs here, so there is no text to match.
  if (tooLong) throw new ProviderError(commandError(tooLong.message, command, Buffer.alloc(0)));
  lines.end();
  await logged;
  const failure = exitFailure(exit.code, exit.signal);
  if (failure) throw fail(failure);
  return { stdout: text("stdout", chunks.stdout), stderr: text("stderr", chunks.stderr) };
}
