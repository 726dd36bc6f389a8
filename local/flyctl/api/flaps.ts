import { FlyError, messageOf, prefixed } from "../errors.ts";
import { type GoType, goJson } from "../go/json.ts";
import { parseGoJson } from "../go/parseJson.ts";
import type { HttpClient, HttpResponse } from "./http.ts";
import { identityHeaders } from "./identity.ts";

export interface ClientOptions {
  baseUrl: string;
  authorization: string;
  http: HttpClient;
}

export interface FlapsOptions {
  /** Start of an error's text: what failed. The API's own words follow. */
  failure?: string;
  body?: unknown;
  leaseNonce?: string;
  /** Send even if the run was interrupted, with a timeout of five seconds. */
  afterInterrupt?: boolean;
  /** Timeout of the request in milliseconds. */
  timeout?: number | undefined;
}

const suggestions: Record<string, string> = {
  insufficient_capacity: "Try choosing a different region for machine creation",
  name_taken:
    "App names are unique across all of Fly.io, not just your organization, so this name may be held by an app " +
    "you cannot see. Try a different name.",
};

/** The Machines API. Only scheme, host and port of its base URL matter. */
export class FlapsClient {
  readonly #origin: string;
  readonly #authorization: string;
  readonly #http: HttpClient;
  readonly #trace: { id: string };

  constructor(options: ClientOptions & { trace: { id: string } }) {
    this.#origin = new URL(options.baseUrl).origin;
    this.#authorization = options.authorization;
    this.#http = options.http;
    this.#trace = options.trace;
  }

  /** @returns the API's answer. @throws FlyError with the API's own words and its request id */
  async fetch<T>(type: GoType<T>, method: string, path: string, options: FlapsOptions = {}): Promise<T> {
    return this.#call(method, path, options, ({ text }) => decode(type, text));
  }

  /** Sends a request and ignores the content of its answer. */
  async send(method: string, path: string, options: FlapsOptions = {}): Promise<void> {
    await this.#call(method, path, options, () => undefined);
  }

  async #call<T>(
    method: string,
    path: string,
    options: FlapsOptions,
    read: (response: HttpResponse) => T,
  ): Promise<T> {
    try {
      const response = await this.#request(method, path, options);
      if (response.status > 299) throw apiError(response, this.#trace.id);
      return read(response);
    } catch (error) {
      throw options.failure ? prefixed(`${options.failure}: `, error) : error;
    }
  }

  #request(
    method: string,
    path: string,
    { body, leaseNonce, afterInterrupt, timeout }: FlapsOptions,
  ): Promise<HttpResponse> {
    const request = {
      method,
      url: `${this.#origin}/v1${path}`,
      headers: {
        ...identityHeaders(),
        Authorization: this.#authorization,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(leaseNonce ? { "fly-machine-lease-nonce": leaseNonce } : {}),
      },
      ...(body === undefined ? {} : { body: goJson(body) }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(afterInterrupt ? { timeout: 5000, outlivesInterrupt: true } : {}),
    };
    return method === "GET" ? this.#http.sendRepeatable(request) : this.#http.send(request);
  }
}

function decode<T>(type: GoType<T>, text: string): T {
  try {
    return type.decode(parseGoJson(text));
  } catch (error) {
    throw new FlyError(`failed decoding response: ${messageOf(error)}`);
  }
}

function apiError({ status, headers, text }: HttpResponse, traceId: string): FlyError {
  const { message, code } = errorBody(status, text);
  const requestId = headers["fly-request-id"];
  const suggestion = suggestions[code];
  return new FlyError(message, {
    status,
    traceId,
    ...(typeof requestId === "string" ? { requestId } : {}),
    ...(suggestion ? { suggestion } : {}),
  });
}

function errorBody(status: number, text: string): { message: string; code: string } {
  if (status < 400) return { message: `API returned unexpected status, ${status}`, code: "" };
  try {
    const { error, message, status: code } = JSON.parse(text) as Record<string, unknown>;
    return { message: String(message || error || ""), code: typeof code === "string" ? code : "" };
  } catch {
    return { message: `request returned non-2xx status: ${status}: ${text}`, code: "" };
  }
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof FlyError && error.details.status === 404;
