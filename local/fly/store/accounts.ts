import { createHash } from "node:crypto";
import { all, type Database, insert, one } from "./database.ts";

interface User {
  id: string;
  email: string;
  name: string;
}

export interface Organization {
  id: string;
  number: number;
  rawSlug: string;
  name: string;
  type: "PERSONAL" | "SHARED";
}

/**
 * What a token gives access to: `user` all organisations of the user, `org` one organisation, `readonly` one organisation for reading,
 * `deploy` one app, `machine-exec` one app for reading and for running some commands in it.
 */
export type TokenKind = "user" | "org" | "readonly" | "deploy" | "machine-exec";

export interface Token {
  kind: TokenKind;
  name: string;
  userId: string;
  organizationId: string | null;
  appName: string | null;
  /** JSON list of the command lines that a token of the kind `machine-exec` is allowed to run. An empty list allows all. */
  commands: string | null;
  expiresAt: string | null;
}

/** Every user's personal organisation has the slug `personal`. */
export function slugOf(organization: Organization): string {
  return organization.type === "PERSONAL" ? "personal" : organization.rawSlug;
}

export function findUser(database: Database, id: string): User {
  const user = one<User>(database, "SELECT * FROM users WHERE id = ?", id);
  if (!user) throw new Error(`no user ${id}`);
  return user;
}

/** @throws if there is no such user. */
export function userByEmail(database: Database, email: string): User {
  const user = one<User>(database, "SELECT * FROM users WHERE email = ?", email);
  if (!user) throw new Error(`there is no user ${email}`);
  return user;
}

export function findOrganization(database: Database, id: string): Organization | undefined {
  return one<Organization>(database, "SELECT * FROM organizations WHERE id = ?", id);
}

export function organizationsOfUser(database: Database, userId: string): Organization[] {
  return all<Organization>(
    database,
    `SELECT organizations.* FROM organizations JOIN memberships ON organizationId = id
     WHERE userId = ? ORDER BY number`,
    userId,
  );
}

export function organizationBySlug(database: Database, slug: string, userId: string) {
  if (slug !== "personal") {
    return one<Organization>(database, "SELECT * FROM organizations WHERE rawSlug = ?", slug);
  }
  return organizationsOfUser(database, userId).find((organization) => organization.type === "PERSONAL");
}

function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export function findToken(database: Database, token: string): Token | undefined {
  return one<Token>(database, "SELECT * FROM tokens WHERE hash = ?", tokenHash(token));
}

/** Stores only the hash of a token. Saving the same token again replaces its rights. */
export function saveToken(database: Database, token: string, rights: Token): void {
  database.prepare("DELETE FROM tokens WHERE hash = ?").run(tokenHash(token));
  insert(database, "tokens", { hash: tokenHash(token), ...rights });
}
