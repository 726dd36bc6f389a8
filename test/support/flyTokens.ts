import { z } from "zod";

export type TokenKind = "org" | "readonly" | "deploy" | "machine-exec";

interface Limits {
  app?: string;
  /** Command lines that a `machine-exec` token is allowed to run; default: all. */
  commands?: string[];
  /** RFC 3339. Default: in an hour. */
  expiresAt?: string;
}

/** Hands out tokens of the local Fly.io, as `flyctl tokens create` does on the real one. */
export class FlyTokens {
  readonly #url: string;

  /** @param url base URL of the API, on loopback */
  constructor(url: string) {
    this.#url = url;
  }

  async make(kind: TokenKind, limits: Limits = {}): Promise<string> {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const input = {
      kind,
      user: "dev@example.test",
      organization: "personal",
      expiresAt: inAnHour,
      ...limits,
    };
    const response = await fetch(`${this.#url}/_emulator/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error(await response.text());
    return z.object({ token: z.string() }).parse(await response.json()).token;
  }
}
