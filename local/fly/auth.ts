import { ApiError } from "./apiError.ts";
import { splitCommandLine } from "./machines/commandLine.ts";
import { findToken, organizationsOfUser, type Token } from "./store/accounts.ts";
import type { App } from "./store/apps.ts";
import type { Database } from "./store/database.ts";

/** Who makes a request, and what the token allows. */
export interface Principal {
  token: Token;
  /** The organisations that the token gives access to. */
  organizationIds: ReadonlySet<string>;
}

/**
 * The tokens of an Authorization header: `Bearer x`, `FlyV1 x`, comma-separated lists, and any mixture of these.
 */
export function tokensOf(header: string | undefined): string[] {
  return (header ?? "")
    .split(",")
    .map((piece) => piece.trim().replace(/^(Bearer|FlyV1)(\s+|$)/i, ""))
    .filter((piece) => piece !== "");
}

export function isExpired(token: Token, now: Date): boolean {
  return token.expiresAt !== null && Date.parse(token.expiresAt) <= now.getTime();
}

/** @throws ApiError 401 if no token of the header is known and still valid. */
export function authenticate(database: Database, header: string | undefined, now: Date): Principal {
  for (const text of tokensOf(header)) {
    const token = findToken(database, text);
    if (!token || isExpired(token, now)) continue;
    return { token, organizationIds: new Set(reachOf(database, token)) };
  }
  throw new ApiError(401, "unauthorized: the access token is missing, unknown or expired");
}

function reachOf(database: Database, token: Token): string[] {
  if (token.organizationId !== null) return [token.organizationId];
  return organizationsOfUser(database, token.userId).map((organization) => organization.id);
}

export type Action = "read" | "write";

export function mayUseApp({ token, organizationIds }: Principal, app: App, action: Action): boolean {
  if (!organizationIds.has(app.organizationId)) return false;
  if (isAppScoped(token) && token.appName !== app.name) return false;
  return action === "read" || mayChange(token);
}

/**
 * Whether the token is allowed to run a command in an app's machine. A `machine-exec` token is a restricted deploy token: it can read the
 * app and run only the commands that it names. Source: flyctl's internal/command/tokens/create.go, getCommandCaveat.
 */
export function mayRun(principal: Principal, app: App, command: readonly string[]): boolean {
  const { kind, commands } = principal.token;
  if (kind !== "machine-exec") return mayUseApp(principal, app, "write");
  const allowed = JSON.parse(commands ?? "[]") as string[];
  const isAllowed = (line: string) => JSON.stringify(splitCommandLine(line)) === JSON.stringify(command);
  return mayUseApp(principal, app, "read") && (allowed.length === 0 || allowed.some(isAllowed));
}

export const isAppScoped = ({ kind }: Token) => kind === "deploy" || kind === "machine-exec";

const mayChange = ({ kind }: Token) => kind !== "readonly" && kind !== "machine-exec";

/** An app-scoped token can read its organisation, because a deploy needs that, but cannot change it or create apps in it. */
export function mayUseOrganization(
  { token, organizationIds }: Principal,
  organizationId: string,
  action: Action,
): boolean {
  if (!organizationIds.has(organizationId)) return false;
  return action === "read" || (mayChange(token) && !isAppScoped(token));
}
