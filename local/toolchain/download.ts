/**
 * Downloads with a known checksum. They go through the proxy of the environment, are tried again after a broken connection, and are never
 * used unless the checksum is right.
 */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pRetry, { AbortError } from "p-retry";
import { EnvHttpProxyAgent, fetch } from "undici";
import { cached } from "./cache.ts";

export interface Download {
  url: string;
  /** SHA-256 of the file, 64 hexadecimal digits. */
  sha256: string;
}

/** The server cannot be reached from here at all. The caller continues if there is another way. */
export class UnreachableError extends Error {
  constructor(url: string, reason: string) {
    super(`${new URL(url).host} cannot be reached: ${reason}`);
    this.name = "UnreachableError";
  }
}

interface Options {
  /** Milliseconds without a byte after which the connection counts as dead. Default 30 s. */
  idleTimeout?: number;
  /** Milliseconds between tries. Default 1 s. */
  retryDelay?: number;
  /** Called when the server has the file and it comes. */
  begins?: () => void;
}

/**
 * The path of the downloaded file, from the cache if it is there already.
 *
 * @throws UnreachableError if no connection is possible.
 * @throws Error if the server answers with an error, if three tries were cut off, or if the checksum is wrong.
 */
export async function download({ url, sha256 }: Download, options: Options = {}): Promise<string> {
  const name = basename(new URL(url).pathname);
  const folder = await cached(join("downloads", `${sha256.slice(0, 16)}-${name}`), async (partial) => {
    const file = join(partial, name);
    await pRetry(() => fetchTo(file, url, options), {
      retries: 2,
      minTimeout: options.retryDelay ?? 1_000,
      factor: 1,
    });
    const actual = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
    if (actual !== sha256) {
      throw new Error(
        `${url} has the checksum ${actual}, not ${sha256}: it is not the file that was pinned.\n` +
          "Do not use it. If the download is what you expect, pin the new checksum in local/toolchain/pins.ts.",
      );
    }
  });
  return join(folder, name);
}

/** Whether a server answers at all from here, within a few seconds. */
export async function reachable(url: string): Promise<boolean> {
  const dispatcher = new EnvHttpProxyAgent({ connectTimeout: 3_000, headersTimeout: 5_000 });
  try {
    const { status } = await fetch(url, { method: "HEAD", dispatcher });
    return status !== 403 && status !== 407;
  } catch {
    return false;
  } finally {
    await dispatcher.close();
  }
}

async function fetchTo(file: string, url: string, { idleTimeout = 30_000, begins }: Options) {
  const dispatcher = new EnvHttpProxyAgent({
    bodyTimeout: idleTimeout,
    headersTimeout: idleTimeout,
    connectTimeout: 5_000,
  });
  try {
    const response = await fetch(url, { dispatcher }).catch((error: unknown) => {
      throw new AbortError(new UnreachableError(url, reasonOf(error)));
    });
    // A proxy or firewall that refuses will refuse again, and a server without the file will not have it the next time.
    if (response.status === 403 || response.status === 407) {
      throw new AbortError(new UnreachableError(url, `HTTP ${response.status}`));
    }
    if (!response.ok || !response.body) {
      const error = new Error(`${url} answered HTTP ${response.status}`);
      throw response.status >= 500 ? error : new AbortError(error);
    }
    begins?.();
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file)).catch((error: unknown) => {
      throw new Error(`The download of ${url} was cut off: ${reasonOf(error)}`);
    });
  } finally {
    await dispatcher.close();
  }
}

/** undici hides the reason of a failed fetch in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}
