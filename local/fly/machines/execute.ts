import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { ApiError } from "../apiError.ts";

export interface ExecResult {
  exit_code: number;
  stdout: string;
  stderr: string;
}

/** Fly.io's own words, as in superfly/flyctl#4194. */
const cut =
  'deadline_exceeded: Post "http://unix/v1/exec": net/http: request canceled (Client.Timeout exceeded while awaiting headers)';

/**
 * Runs a command in a machine as root, as the Machines API's `exec` does.
 * @throws ApiError 408 if the command has not ended after `seconds`. It keeps running, because Docker cannot kill it.
 */
export async function execute(
  docker: Docker,
  containerId: string,
  command: readonly string[],
  options: { stdin: string | undefined; seconds: number },
): Promise<ExecResult> {
  const hasInput = options.stdin !== undefined;
  const exec = await docker.getContainer(containerId).exec({
    Cmd: [...command],
    User: "0",
    AttachStdin: hasInput,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: hasInput, stdin: hasInput });
  const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  docker.modem.demuxStream(stream, outputs.stdout, outputs.stderr);
  const texts = Promise.all([collect(outputs.stdout), collect(outputs.stderr)]);
  if (hasInput) stream.end(options.stdin);

  const patience = new AbortController();
  const timeout = delay(options.seconds * 1000, "timeout" as const, { signal: patience.signal });
  const ended = finished(stream, { writable: false }).then(() => "ended" as const);
  const first = await Promise.race([ended, timeout]);
  timeout.catch(() => undefined);
  patience.abort();
  outputs.stdout.end();
  outputs.stderr.end();
  if (first === "timeout") {
    ended.catch(() => undefined);
    stream.destroy();
    throw new ApiError(408, cut);
  }
  const [stdout, stderr] = await texts;
  const { ExitCode: exitCode } = await exec.inspect();
  return { exit_code: exitCode ?? -1, stdout, stderr };
}

async function collect(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
