// Access tokens for an OAuth client, kept until shortly before they expire.
import { GoError } from "./http.ts";

interface Client {
  clientId: string;
  clientSecret: string;
}

interface TokenResponse {
  access_token?: string;
  /** Seconds. */
  expires_in?: number;
}

/** Milliseconds before its end at which a token is renewed. */
const earlyMs = 10_000;

export class TokenSource {
  readonly #url: string;
  readonly #client: Client;
  #current: { token: string; expiresAt: number } | undefined;

  constructor(baseUrl: string, client: Client) {
    this.#url = `${baseUrl}/api/v2/oauth/token`;
    this.#client = client;
  }

  /** @throws GoError with the server's answer */
  async token(): Promise<string> {
    if (this.#current && Date.now() < this.#current.expiresAt - earlyMs) return this.#current.token;
    // Servers differ in where they look for the client's secret: the header first, then the body.
    const header = await this.#request(true);
    const response = header.ok ? header : await this.#request(false);
    const text = await response.text();
    if (!response.ok) {
      throw new GoError(
        `oauth2: cannot fetch token: ${response.status} ${response.statusText}\nResponse: ${text}`,
      );
    }
    const { access_token: token, expires_in: seconds = Number.POSITIVE_INFINITY } = JSON.parse(
      text,
    ) as TokenResponse;
    if (!token) throw new GoError("oauth2: server response missing access_token");
    this.#current = { token, expiresAt: Date.now() + seconds * 1000 };
    return token;
  }

  #request(inHeader: boolean): Promise<Response> {
    const { clientId, clientSecret } = this.#client;
    const secret = { client_id: clientId, client_secret: clientSecret };
    const body = new URLSearchParams({ ...(inHeader ? {} : secret), grant_type: "client_credentials" });
    const user = [clientId, clientSecret].map(encodeURIComponent).join(":");
    const headers: HeadersInit = inHeader
      ? { Authorization: `Basic ${Buffer.from(user).toString("base64")}` }
      : {};
    return fetch(this.#url, { method: "POST", headers, body });
  }
}
