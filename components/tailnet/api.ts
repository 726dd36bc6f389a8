/**
 * Tailscale's API v2, as far as the verbs need it. Credentials are the ambient environment's, as for the Tailscale provider:
 * TAILSCALE_API_KEY, or TAILSCALE_OAUTH_CLIENT_ID with TAILSCALE_OAUTH_CLIENT_SECRET or TAILSCALE_IDENTITY_TOKEN.
 */
import { setTimeout } from "node:timers/promises";
import pRetry, { AbortError } from "p-retry";
import { z } from "zod";
import { jsonOrUndefined, parseShaped } from "../json.ts";

/** The API refused a request. The message holds the API's own words, what to do where the credential lacks a right, and no credential. */
export class TailscaleError extends Error {
  readonly status: number;
  /** Milliseconds after which the API wants to be asked again; undefined where it does not say. */
  readonly retryAfter: number | undefined;

  constructor(request: string, status: number, message: string, retryAfter?: number) {
    const refusal = `Tailscale's API refused ${request}: ${message} (HTTP ${status})`;
    super([refusal, ...(status === 401 || status === 403 ? [missingScope(request)] : [])].join("\n"));
    this.name = "TailscaleError";
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** The longest that the API is waited for where it says how long, in milliseconds. */
const patience = 2 * 60 * 1000;

/**
 * @param header of an answer: seconds, or a date
 * @returns milliseconds to wait, undefined where the header says nothing
 */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

/** What a refused request needs. Source: Tailscale's documentation of its trust credentials' scopes. */
function missingScope(request: string): string {
  const scope = /\/devices?\b/.test(request) ? "devices:core" : "auth_keys";
  return (
    `The Tailscale credential has expired, or lacks the scope ${scope}. Make an OAuth client with the scopes auth_keys and devices:core, ` +
    "both to write, and the stack's tags: https://login.tailscale.com/admin/settings/oauth"
  );
}

const token = z.object({ access_token: z.string() });

type Environment = Readonly<Record<string, string | undefined>>;

export class TailscaleApi {
  private readonly environment: Environment;
  private authorization: Promise<string> | undefined;

  constructor(environment: Environment = process.env) {
    this.environment = environment;
  }

  /** A path of the tailnet, `-` being the one that the credential belongs to. */
  tailnet(path: string): string {
    return `/api/v2/tailnet/${this.environment.TAILSCALE_TAILNET || "-"}${path}`;
  }

  /**
   * Asks the API; tries again where it does not answer or is overloaded, and not before it wants to be asked again.
   *
   * @throws TailscaleError when it refuses.
   */
  async request<T>(
    method: "GET" | "POST" | "DELETE",
    path: string,
    shape: z.ZodType<T>,
    body?: object,
  ): Promise<T> {
    // Asked for once: an OAuth token is good for an hour.
    this.authorization ??= this.authorize();
    const headers = { authorization: await this.authorization, "content-type": "application/json" };
    return this.send(method, path, { headers, ...(body ? { body: JSON.stringify(body) } : {}) }, shape);
  }

  private async authorize(): Promise<string> {
    const {
      TAILSCALE_API_KEY,
      TAILSCALE_OAUTH_CLIENT_ID,
      TAILSCALE_OAUTH_CLIENT_SECRET,
      TAILSCALE_IDENTITY_TOKEN,
    } = this.environment;
    if (TAILSCALE_API_KEY) return `Bearer ${TAILSCALE_API_KEY}`;
    const form = (fields: Record<string, string>) => ({ body: new URLSearchParams(fields) });
    if (TAILSCALE_OAUTH_CLIENT_ID && TAILSCALE_OAUTH_CLIENT_SECRET) {
      const client = { client_id: TAILSCALE_OAUTH_CLIENT_ID, client_secret: TAILSCALE_OAUTH_CLIENT_SECRET };
      const fields = form({ grant_type: "client_credentials", ...client });
      return `Bearer ${(await this.send("POST", "/api/v2/oauth/token", fields, token)).access_token}`;
    }
    if (TAILSCALE_OAUTH_CLIENT_ID && TAILSCALE_IDENTITY_TOKEN) {
      const fields = form({ client_id: TAILSCALE_OAUTH_CLIENT_ID, jwt: TAILSCALE_IDENTITY_TOKEN });
      return `Bearer ${(await this.send("POST", "/api/v2/oauth/token-exchange", fields, token)).access_token}`;
    }
    throw new Error(
      "No Tailscale credential is set. Set one: export TAILSCALE_OAUTH_CLIENT_ID=… TAILSCALE_OAUTH_CLIENT_SECRET=…",
    );
  }

  private send<T>(method: string, path: string, init: RequestInit, shape: z.ZodType<T>): Promise<T> {
    const url = new URL(path, this.environment.TAILSCALE_BASE_URL || "https://api.tailscale.com");
    const attempt = async () => {
      const response = await fetch(url, { method, ...init, signal: AbortSignal.timeout(30_000) });
      const text = await response.text();
      if (response.ok) return parseShaped(text || "null", shape, `the answer to ${method} ${url.pathname}`);
      const after = retryAfter(response.headers.get("retry-after"));
      const error = new TailscaleError(`${method} ${url.pathname}`, response.status, messageOf(text), after);
      const again = response.status >= 500 || response.status === 429;
      throw again && (after ?? 0) <= patience ? error : new AbortError(error);
    };
    return pRetry(attempt, {
      retries: 3,
      minTimeout: 500,
      onFailedAttempt: async ({ error }) => {
        if (error instanceof TailscaleError && error.retryAfter) await setTimeout(error.retryAfter);
      },
    });
  }
}

/** The API's errors are `{"message": …}`. */
function messageOf(text: string): string {
  const { success, data } = z.object({ message: z.string() }).safeParse(jsonOrUndefined(text));
  return success ? data.message : text.slice(0, 200) || "no reason given";
}
