/**
 * Tailscale's API v2, as far as the verbs need it. Credentials are the ambient environment's, as for the Tailscale provider:
 * TAILSCALE_API_KEY, or TAILSCALE_OAUTH_CLIENT_ID with TAILSCALE_OAUTH_CLIENT_SECRET or TAILSCALE_IDENTITY_TOKEN.
 */
import pRetry, { AbortError } from "p-retry";
import { z } from "zod";
import { parseJson } from "../json.ts";

/** The API refused a request. The message holds the API's own words, what to do where the credential lacks a right, and no credential. */
export class TailscaleError extends Error {
  readonly status: number;

  constructor(request: string, status: number, message: string) {
    const refusal = `Tailscale's API refused ${request}: ${message} (HTTP ${status})`;
    super([refusal, ...(status === 401 || status === 403 ? [missingScope(request)] : [])].join("\n"));
    this.name = "TailscaleError";
    this.status = status;
  }
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
   * Asks the API; tries again where it does not answer or is overloaded.
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
      if (response.ok)
        return shape.parse(text === "" ? null : parseJson(text, `the answer to ${method} ${url.pathname}`));
      const error = new TailscaleError(`${method} ${url.pathname}`, response.status, messageOf(text));
      throw response.status >= 500 || response.status === 429 ? error : new AbortError(error);
    };
    return pRetry(attempt, { retries: 3, minTimeout: 500 });
  }
}

/** The API's errors are `{"message": …}`. */
function messageOf(text: string): string {
  try {
    return z.object({ message: z.string() }).parse(JSON.parse(text)).message;
  } catch {
    return text.slice(0, 200) || "no reason given";
  }
}
