/** Who is allowed to ask: API keys by `x-api-key`, a subscription's OAuth tokens by `authorization: Bearer`. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { ApiError, invalidRequest, unauthenticated } from "./apiError.ts";

const kinds = z.enum(["api-key", "oauth-token"]);

export const credentialsSchema = z.array(
  z.strictObject({
    /** What it is called in the record. */
    name: z.string().min(1),
    kind: kinds,
    value: z.string().min(1),
    /** Refused like an expired one, but known by its name. */
    expired: z.boolean().default(false),
    /** A token's rights. That of `claude setup-token` has the first only, that of a login both. */
    scopes: z.array(z.enum(["user:inference", "user:profile"])).default(["user:inference"]),
  }),
);

/** As a test writes them. */
export type Credentials = z.input<typeof credentialsSchema>;
export type Known = z.infer<typeof credentialsSchema>;

/** The credential of a request, without its value. */
export interface Presented {
  kind: z.infer<typeof kinds>;
  /** The seeded name. For an unknown credential, the beginning of the value's SHA-256. */
  name: string;
}

/** The credential of a request, or undefined. As in the API, a key counts before a token. */
export function presented(headers: IncomingHttpHeaders, known: Known): Presented | undefined {
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
export function checkCredential(headers: IncomingHttpHeaders, known: Known): void {
  const { kind } = accepted(headers, known);
  if (kind === "oauth-token" && !/^claude-cli\//.test(headers["user-agent"] ?? "")) {
    throw invalidRequest(
      "This credential is only authorized for use with Claude Code and cannot be used for other API requests.",
    );
  }
}

/**
 * Checks the credential of a request about a subscription's account. Any program may ask that.
 *
 * @throws ApiError 401 when there is no subscription's token that is accepted, and 403 when it has not the right (anthropics/claude-code#22450,
 *   2026-02-01)
 */
export function checkAccount(headers: IncomingHttpHeaders, known: Known): void {
  const { kind, scopes } = accepted(headers, known);
  const isAsked = String(headers["anthropic-beta"] ?? "").includes("oauth-2025-04-20");
  if (kind !== "oauth-token" || !isAsked)
    throw unauthenticated("OAuth authentication is currently not supported.");
  if (scopes.includes("user:profile")) return;
  throw new ApiError(403, "permission_error", "OAuth token does not meet scope requirement user:profile");
}

/** Checks only that the credential of a request is accepted. @throws ApiError 401 */
export const checkKnown = (headers: IncomingHttpHeaders, known: Known) => accepted(headers, known).kind;

/** The known credential of a request. @throws ApiError 401 in the API's words when there is none, an unknown one or an expired one. */
function accepted(headers: IncomingHttpHeaders, known: Known): Known[number] {
  const given = read(headers);
  if (!given) throw unauthenticated("x-api-key header is required");
  const match = find(given, known);
  if (match && !match.expired) return match;
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

const find = (given: Given, known: Known) =>
  known.find(({ kind, value }) => kind === given.kind && value === given.value);
