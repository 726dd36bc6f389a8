import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";

export interface LogLine {
  /** RFC 3339 with nanoseconds, in Docker's form. Sorts as text. */
  timestamp: string;
  message: string;
}

/**
 * Passes on every line that a container writes after `since`, until it stops or `signal` aborts.
 * @param since timestamp of the last line that was passed on before.
 */
export async function followLogs(
  docker: Docker,
  containerId: string,
  since: string | undefined,
  signal: AbortSignal,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const stream = await docker.getContainer(containerId).logs({
    follow: true,
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(since === undefined ? {} : { since: unixSeconds(since) as unknown as number }),
    abortSignal: signal,
  });
  const outputs = [new PassThrough(), new PassThrough()] as const;
  docker.modem.demuxStream(stream, ...outputs);
  const reading = outputs.map((output) => readLines(output, since, onLine));
  try {
    await finished(stream);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const output of outputs) output.end();
    await Promise.all(reading);
  }
}

async function readLines(
  output: PassThrough,
  since: string | undefined,
  onLine: (line: LogLine) => void,
): Promise<void> {
  for await (const line of createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY })) {
    const space = line.indexOf(" ");
    const timestamp = line.slice(0, space);
    // Docker's `since` includes the line of exactly that time, which was already passed on.
    if (since === undefined || timestamp > since) onLine({ timestamp, message: line.slice(space + 1) });
  }
}

/** `1700000000.123456789`: the only form in which Docker accepts fractions of a second. */
function unixSeconds(timestamp: string): string {
  const fraction = /\.(\d+)/.exec(timestamp)?.[1] ?? "0";
  return `${Math.floor(Date.parse(timestamp) / 1000)}.${fraction}`;
}
