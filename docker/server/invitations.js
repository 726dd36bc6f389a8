// Who may make an account: whoever holds an open invitation, and one account with each. Paperclip itself lets either everybody register or,
// with its setting for that, not even those who are invited.
//
// What an invitation has made is kept in the database, in the table that Better Auth has for what it must remember until a time: so it is in
// the backups, outlives a restart, and goes when the invitation would have ended. Better Auth calls `accounts` right before it makes one.
import { createHash } from "node:crypto";

/** The token of the invitation from whose page a request comes, or undefined. */
export const invitationOf = (referer) =>
  /(?:\/|%2F)invite(?:\/|%2F)([A-Za-z0-9_-]+)/i.exec(referer ?? "")?.[1];

/** An address holds an invitation while its account is being made. If that fails, another address may have it a minute later. */
const held = "1 minute";

const isOpen = `token_hash = $1 AND revoked_at IS NULL AND accepted_at IS NULL AND expires_at > now() AND allowed_join_types <> 'agent'`;

/** $1: hash of the token. */
export const openInvitation = `SELECT FROM invites WHERE ${isOpen}`;

/**
 * Has an open invitation belong to an address, and yields a row if it does: $1 is the hash of its token, $2 the address. One that has made an
 * account stays that account's, as long as there is one.
 */
export const takeInvitation = `
  INSERT INTO verification AS taken (id, identifier, value, expires_at, created_at, updated_at)
    SELECT 'invitation-' || token_hash, 'invitation', $2, expires_at, now(), now() FROM invites WHERE ${isOpen}
  ON CONFLICT (id) DO UPDATE SET value = excluded.value, updated_at = now()
    WHERE taken.value = excluded.value
      OR (taken.updated_at < now() - interval '${held}' AND NOT EXISTS (SELECT FROM "user" WHERE email = taken.value))
  RETURNING id`;

let database;

const hash = (token) => createHash("sha256").update(token).digest("hex");

/** Rows that a statement yields for an invitation. */
const ask = (statement, token, ...values) => database.$client.unsafe(statement, [hash(token), ...values]);

/** Whether the page that a request comes from is an open invitation's. */
export async function isInvited({ headers }) {
  const token = invitationOf(headers.referer);
  if (!token || !database) return false;
  return (await ask(openInvitation, token)).length > 0;
}

/**
 * Settings of Better Auth by which each account is made from an invitation.
 *
 * @param db Paperclip's database, a drizzle client
 */
export function accountsByInvitation(db) {
  database = db;
  return { databaseHooks: { user: { create: { before } } } };
}

async function before({ email }, context) {
  const token = invitationOf(context?.headers?.get("referer"));
  const taken = token ? await ask(takeInvitation, token, email) : [];
  if (taken.length > 0) return;
  const message =
    "This invitation has made its account: sign in with that one, or ask for another invitation.";
  throw context.error("FORBIDDEN", { message, code: "INVITATION_USED" });
}
