/** Who is allowed to ask: API keys by `x-api-key`, a subscription's OAuth tokens by `authorization: Bearer`. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { invalidRequest, unauthenticated } from "./apiError.ts";

const kinds = z.enum(["api-key", "oauth-token"]);

export const credentialsSchema = z.array(
  z.strictObject({
    /** What it is called in the record. */
    name: z.string().min(1),
    kind: kinds,
    value: z.string().min(1),
    /** Refused like an expired one, but known by its name. */
    expired: z.boolean().default(false),
  }),
);

export type Credentials = z.infer<typeof credentialsSchema>;

/** The credential of a request, without its value. */
export interface Presented {
  kind: z.infer<typeof kinds>;
  /** The seeded name. For an unknown credential, the beginning of the value's SHA-256. */
  name: string;
}

/** The credential of a request, or undefined. As in the API, a key counts before a token. */
export function presented(headers: IncomingHttpHeaders, known: Credentials): Presented | undefined {
  const given = read(headers);
  if (!given) return undefined;
  const name =
    find(given, known)?.name ??
    `sha256:${createHash("sha256").update(given.value).digest("hex").slice(0, 12)}`;
  return { kind: given.kind, name };
}

/**
 * @throws ApiError 401 in the API's words when there is no credential, an unknown one or an expired one, and 400 when a subscription's token
 *   comes from another program than Claude Code (anthropics/claude-code#8046, 2025-09-23; of which paths the real one does so is not known).
 */
export function checkCredential(headers: IncomingHttpHeaders, known: Credentials): void {
  const given = read(headers);
  if (!given) throw unauthenticated("x-api-key header is required");
  const match = find(given, known);
  if (match && !match.expired) {
    if (given.kind === "oauth-token" && !/^claude-cli\//.test(headers["user-agent"] ?? "")) {
      throw invalidRequest(
        "This credential is only authorized for use with Claude Code and cannot be used for other API requests.",
      );
    }
    return;
  }
  if (given.kind === "api-key") throw unauthenticated("invalid x-api-key");
  throw unauthenticated(
    match
      ? "OAuth token has expired. Please obtain a new token or refresh your existing token."
      : "Invalid bearer token",
  );
}

interface Given {
  kind: Presented["kind"];
  value: string;
}

function read(headers: IncomingHttpHeaders): Given | undefined {
  const key = headers["x-api-key"];
  if (typeof key === "string") return { kind: "api-key", value: key };
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
  return token === undefined ? undefined : { kind: "oauth-token", value: token };
}

const find = (given: Given, known: Credentials) =>
  known.find(({ kind, value }) => kind === given.kind && value === given.value);
