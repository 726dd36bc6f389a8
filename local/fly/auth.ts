import { ApiError } from "./apiError.ts";
import { splitCommandLine } from "./machines/commandLine.ts";
import { findToken, organizationsOfUser, type Token } from "./store/accounts.ts";
import type { App } from "./store/apps.ts";
import type { Database } from "./store/database.ts";

/** Who makes a request, and what the token lets them do. */
export interface Principal {
  token: Token;
  /** The organisations that the token reaches into. */
  organizationIds: ReadonlySet<string>;
}

/**
 * The tokens of an Authorization header: `Bearer x`, `FlyV1 x`, lists with commas, and any mixture of them.
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
 * Whether a command may be run in an app's machine. A token for commands is a deploy token that is cut down to reading where no command is
 * run, and to the commands that it names where one is. Source: flyctl's internal/command/tokens/create.go, getCommandCaveat.
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

/** An app-scoped token sees its organisation, as a deploy needs, but changes nothing in it: it creates no apps. */
export function mayUseOrganization(
  { token, organizationIds }: Principal,
  organizationId: string,
  action: Action,
): boolean {
  if (!organizationIds.has(organizationId)) return false;
  return action === "read" || (mayChange(token) && !isAppScoped(token));
}
