import { setTimeout as delay } from "node:timers/promises";
import { Agent, type Dispatcher, ProxyAgent, request } from "undici";
import type { Environment } from "../config/environment.ts";
import { Interrupted } from "../errors.ts";
import type { Log } from "../output/log.ts";
import { networkErrorText } from "./networkErrors.ts";

interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** Timeout of the whole request in milliseconds. */
  timeout?: number;
  /** For telemetry: not logged and never retried. */
  quiet?: boolean;
  /** Continues after SIGINT and SIGTERM. */
  outlivesInterrupt?: boolean;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A request that got no answer. */
class NetworkError extends Error {
  readonly isReset: boolean;

  constructor(message: string, isReset: boolean) {
    super(message);
    this.isReset = isReset;
  }
}

const retries = 3;
const noTimeouts = { headersTimeout: 0, bodyTimeout: 0 };

/** HTTP as flyctl does it: uses proxies except for loopback, retries 502 and 503 for every method, and logs bodies. */
export class HttpClient {
  readonly #log: Log;
  readonly #environment: Environment;
  readonly #signal: AbortSignal;
  readonly #direct = new Agent(noTimeouts);
  readonly #proxies = new Map<string, ProxyAgent>();

  constructor(log: Log, environment: Environment, signal: AbortSignal) {
    this.#log = log;
    this.#environment = environment;
    this.#signal = signal;
  }

  async send(wanted: HttpRequest): Promise<HttpResponse> {
    if (wanted.quiet) return this.#once(wanted);
    this.#log.debug(`--> ${wanted.method} ${wanted.url}\n`);
    if (wanted.body !== undefined) this.#log.debug(wanted.body.toString());
    const started = performance.now();
    let response = await this.#once(wanted);
    for (let attempt = 0; attempt < retries && [502, 503].includes(response.status); attempt++) {
      await this.pause(Math.random() * Math.min(1000, 100 * 2 ** attempt));
      response = await this.#once(wanted);
    }
    const took = (performance.now() - started).toFixed(2);
    this.#log.debug(`<-- ${response.status} ${wanted.url} (${took}ms)\n`);
    this.#log.debug(`  <-- ${wanted.url}: ${response.text}`);
    return response;
  }

  /** For requests that change nothing: sends again if the connection was reset. */
  async sendRepeatable(wanted: HttpRequest): Promise<HttpResponse> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.send(wanted);
      } catch (error) {
        if (!(error instanceof NetworkError && error.isReset) || attempt === 2) throw error;
        await this.pause(100 * 1.5 ** attempt * (0.5 + Math.random()));
      }
    }
  }

  /** Waits. @throws Interrupted if the run is interrupted */
  async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#signal }).catch(() => {
      throw new Interrupted();
    });
  }

  async #once({
    method,
    url,
    headers,
    body,
    timeout,
    quiet,
    outlivesInterrupt,
  }: HttpRequest): Promise<HttpResponse> {
    const signals = timeout === undefined ? [] : [AbortSignal.timeout(timeout)];
    const isInterruptible = !(quiet || outlivesInterrupt);
    if (isInterruptible) signals.push(this.#signal);
    try {
      const response = await request(url, {
        method: method as Dispatcher.HttpMethod,
        headers,
        body: body ?? null,
        dispatcher: this.#dispatcherFor(new URL(url)),
        signal: AbortSignal.any(signals),
      });
      return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
    } catch (error) {
      if (this.#signal.aborted && isInterruptible) throw new Interrupted();
      throw new NetworkError(networkErrorText(method, url, error), isReset(error));
    }
  }

  #dispatcherFor(url: URL): Dispatcher {
    const proxy = this.#proxyFor(url);
    if (!proxy) return this.#direct;
    const agent = this.#proxies.get(proxy) ?? new ProxyAgent({ uri: proxy, ...noTimeouts });
    this.#proxies.set(proxy, agent);
    return agent;
  }

  #proxyFor({ protocol, hostname }: URL): string | undefined {
    if (isLoopback(hostname) || this.#isExempt(hostname)) return undefined;
    const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
    const proxy = this.#environment.first(name, name.toLowerCase());
    return proxy && !proxy.includes("://") ? `http://${proxy}` : proxy;
  }

  #isExempt(hostname: string): boolean {
    const exempt = (this.#environment.first("NO_PROXY", "no_proxy") ?? "")
      .split(",")
      .map((host) => host.trim());
    return exempt.some(
      (host) => host === "*" || (host !== "" && `.${hostname}`.endsWith(`.${host.replace(/^\./, "")}`)),
    );
  }
}

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);

function isReset(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ECONNRESET" || code === "UND_ERR_SOCKET";
}
