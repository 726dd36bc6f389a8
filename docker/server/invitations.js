// Decides who is allowed to create an account: whoever holds an open invitation, and one account per invitation. Paperclip itself lets
// everybody register or, with its own setting, not even those who are invited.
//
// A sign-up of Paperclip's page does not say which invitation it belongs to. So whoever opens an invitation's link gets a cookie that proves it.
// Of several links, the one that was opened last counts. The address of the page (`Referer`) is no proof: many browsers do not send it.
//
// The account of an invitation is recorded in the database, in the table where Better Auth keeps what expires. So it is in the backups,
// survives a restart, and goes when the invitation would have expired. Better Auth calls `before` right before it creates an account.
import { createHash } from "node:crypto";

/** The page of an invitation, and the question with which that page begins: it is also asked where the page itself comes from a cache. */
const openedLink = /^\/(?:api\/invites|invite)\/([\w-]{1,200})\/?(?:\?|$)/i;

/** The token of the invitation whose link a browser has opened, from its cookies, or undefined. */
const invitationOf = (cookies) =>
  /(?:^|;\s*)paperclip-invitation=([\w-]+)\s*(?:;|$)/.exec(cookies ?? "")?.[1];

/**
 * The `Set-Cookie` for a request that opens an invitation's link; undefined for all others. The cookie lasts as long as the first
 * administrator's invitation does, and a browser sends it only with a sign-up.
 */
export function proofOfInvitation({ method, url, headers }) {
  const token = method === "GET" ? openedLink.exec(url)?.[1] : undefined;
  if (!token) return undefined;
  // Without a certificate (`tailnetHttps: false`), a browser refuses a cookie that is Secure.
  const secure = headers["x-forwarded-proto"] === "https" ? "; Secure" : "";
  return `paperclip-invitation=${token}; Path=/api/auth/sign-up; Max-Age=259200; HttpOnly; SameSite=Strict${secure}`;
}

/** An email address reserves the invitation while its account is created. If that fails, another address can use it a minute later. */
const held = "1 minute";

const isOpen = `token_hash = $1 AND revoked_at IS NULL AND accepted_at IS NULL AND expires_at > now() AND allowed_join_types <> 'agent'`;

/** $1: hash of the token. */
const openInvitation = `SELECT FROM invites WHERE ${isOpen}`;

/**
 * Assigns an open invitation to an email address, and yields a row if it succeeds. $1 is the hash of the token, $2 the address. An invitation
 * that has created an account stays with it as long as the account exists.
 */
const takeInvitation = `
  INSERT INTO verification AS taken (id, identifier, value, expires_at, created_at, updated_at)
    SELECT 'invitation-' || token_hash, 'invitation', $2, expires_at, now(), now() FROM invites WHERE ${isOpen}
  ON CONFLICT (id) DO UPDATE SET value = excluded.value, updated_at = now()
    WHERE taken.value = excluded.value
      OR (taken.updated_at < now() - interval '${held}' AND NOT EXISTS (SELECT FROM "user" WHERE email = taken.value))
  RETURNING id`;

let database;

const hash = (token) => createHash("sha256").update(token).digest("hex");

/** The rows that a statement yields for an invitation. */
const ask = (statement, token, ...values) => database.$client.unsafe(statement, [hash(token), ...values]);

/** Whether the request comes from a browser that has opened the link of an open invitation. */
export async function isInvited({ headers }) {
  const token = invitationOf(headers.cookie);
  if (!token || !database) return false;
  return (await ask(openInvitation, token)).length > 0;
}

/**
 * Better Auth's settings that tie each account to an invitation.
 *
 * @param db Paperclip's database, a drizzle client
 */
export function accountsByInvitation(db) {
  database = db;
  return { databaseHooks: { user: { create: { before } } } };
}

async function before({ email }, context) {
  const token = invitationOf(context?.headers?.get("cookie"));
  const taken = token ? await ask(takeInvitation, token, email) : [];
  if (taken.length > 0) return;
  const message =
    "This invitation has already created an account: sign in with it, or ask for another invitation.";
  throw context.error("FORBIDDEN", { message, code: "INVITATION_USED" });
}
