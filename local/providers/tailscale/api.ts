// A client of the Tailscale API v2, https://tailscale.com/api, for the calls the provider makes.

import type { Credentials } from "./credentials.ts";
import { connectionError, GoError } from "./http.ts";
import { TokenSource } from "./oauth.ts";

/** Milliseconds for one call, as in Tailscale's own client. */
const timeoutMs = 60_000;

export interface Key {
  id?: string;
  keyType?: string;
  key?: string;
  description?: string;
  expirySeconds?: number | null;
  created?: string;
  expires?: string;
  invalid?: boolean;
  userId?: string;
  capabilities?: { devices?: { create?: KeyCapabilities } };
}

interface KeyCapabilities {
  reusable?: boolean;
  ephemeral?: boolean;
  tags?: string[] | null;
  preauthorized?: boolean;
}

export interface CreateKeyRequest {
  capabilities: { devices: { create: Required<KeyCapabilities> } };
  /** 0: as long as Tailscale allows. */
  expirySeconds: number;
  description: string;
}

export class ApiError extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(`${message} (${status})`);
    this.status = status;
  }
}

export class TailscaleApi {
  readonly #credentials: Credentials;
  readonly #tokens: TokenSource | undefined;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    if (credentials.oauth) this.#tokens = new TokenSource(credentials.baseUrl, credentials.oauth);
  }

  createKey(request: CreateKeyRequest): Promise<Key> {
    return this.#call("POST", ["keys"], request);
  }

  getKey(id: string): Promise<Key> {
    return this.#call("GET", ["keys", id]);
  }

  async deleteKey(id: string): Promise<void> {
    await this.#call("DELETE", ["keys", id]);
  }

  #url(path: string[]): URL {
    const { baseUrl, tailnet } = this.#credentials;
    const url = new URL(baseUrl);
    const steps = ["api", "v2", "tailnet", tailnet, ...path].map(encodeURIComponent);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${steps.join("/")}`;
    return url;
  }

  async #authorization(): Promise<string> {
    if (this.#tokens) return `Bearer ${await this.#tokens.token()}`;
    return `Basic ${Buffer.from(`${this.#credentials.apiKey}:`).toString("base64")}`;
  }

  /** @throws ApiError when the API refuses, GoError when it cannot be reached or understood */
  async #call<Result>(method: string, path: string[], body?: object): Promise<Result> {
    const url = this.#url(path);
    const headers: Record<string, string> = body
      ? { "Content-Type": "application/json" }
      : { Accept: "application/json" };
    headers["User-Agent"] = this.#credentials.userAgent;
    const response = await this.#authorization()
      .then((authorization) =>
        fetch(url, {
          method,
          headers: { ...headers, Authorization: authorization },
          body: body ? JSON.stringify(body) : null,
          signal: AbortSignal.timeout(timeoutMs),
        }),
      )
      .catch((error) => {
        throw connectionError(method, url, error);
      });
    const text = await response.text();
    if (response.status >= 400)
      throw new ApiError(parseJson<{ message?: string }>(text).message ?? "", response.status);
    return method === "DELETE" ? ({} as Result) : parseJson<Result>(text);
  }
}

function parseJson<Result>(text: string): Result {
  try {
    return JSON.parse(text) as Result;
  } catch {
    throw new GoError(
      text === ""
        ? "unexpected end of JSON input"
        : `invalid character '${text[0]}' looking for beginning of value`,
    );
  }
}
