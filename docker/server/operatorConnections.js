// Keeps the stack's credentials as accounts in every company (AI connections of Paperclip's), so that whoever hires an agent can choose them. They
// are made by Paperclip's own code: encrypted, audited and shown as it does. They belong to nobody in the company, so nobody reads or
// replaces their values there. What people connect themselves is never touched.
//
// ../build/connections.mjs says where Paperclip calls these functions.
import { existsSync } from "node:fs";
import { offered, stepFor, uids } from "./stackCredentials.js";

/** Functions and tables of Paperclip's. */
const paperclip = {};

export const connectsWith = (parts) => Object.assign(paperclip, parts);

/** What `save` has been asked for here. A request is never one of these. */
const asked = new WeakSet();

/** Whether it is this module that asks Paperclip to save a connection. */
export const isOfStack = (input) => asked.has(input);

/** What an agent's run says where the stack no longer has the connection's credential. */
export const takenBack = ({ uid, name, config }) =>
  uids.includes(uid) && config.followed === undefined
    ? `Your operator has taken back the account “${name}”: choose another one for this agent.`
    : undefined;

const carries = (program) => existsSync(`/usr/local/bin/${program}`);

/** $1: the identifiers of the stack's connections, with commas. $2: the one company that is meant; null: all. */
const connectionsOf = `
  SELECT company.id AS company, connection.id, connection.uid, connection.status, connection.application_id AS application,
    connection.config->>'followed' AS followed, granted.id AS grant, granted.status AS granted, secret.id AS secret
  FROM companies company
  LEFT JOIN tool_connections connection ON connection.company_id = company.id AND connection.uid = ANY(string_to_array($1, ','))
  LEFT JOIN connection_grants granted ON granted.connection_id = connection.id AND granted.kind = 'organization'
  LEFT JOIN company_secrets secret ON secret.company_id = company.id AND secret.name = 'ai-' || granted.id AND secret.deleted_at IS NULL
  WHERE $2::uuid IS NULL OR company.id = $2`;

/**
 * Makes, renews and revokes the stack's connections. A failure is logged and keeps nothing from its start.
 *
 * @param db Paperclip's database, a drizzle client
 * @param {string} [company] its id. Default: all companies
 */
export async function followStack(db, company = null) {
  const offers = offered(process.env, carries);
  try {
    const rows = await db.$client.unsafe(connectionsOf, [uids.join(","), company]);
    for (const [id, connections] of Map.groupBy(rows, (row) => row.company))
      for (const uid of uids)
        await follow(
          db,
          id,
          offers.find((offer) => offer.uid === uid),
          connections.find((connection) => connection.uid === uid),
        );
  } catch (error) {
    fail("every company", error);
  }
}

async function follow(db, company, offer, connection) {
  const steps = { make, renew, revoke };
  const step = stepFor(offer, connection);
  if (!step) return;
  try {
    await db.transaction((tx) => steps[step](tx, { company, offer, connection }));
  } catch (error) {
    fail(`company ${company}`, error);
  }
}

// The message of a failed statement contains its values.
const fail = (whom, error) =>
  console.error(
    `the stack's credential cannot be offered to ${whom}: ${error.cause?.message ?? error.message}`,
  );

async function make(tx, { company, offer }) {
  const { connectionId } = await save(tx, company, offer);
  await remember(tx, connectionId, offer);
}

async function renew(tx, { company, offer, connection }) {
  // Paperclip's deletion leaves the value behind, and takes away what lets agents use the connection.
  const isDeleted = connection.status === "archived";
  if (isDeleted && connection.secret) await paperclip.secretService(tx).remove(connection.secret);
  await save(tx, company, offer, connection.id);
  if (isDeleted) await reopen(tx, company, connection);
  await remember(tx, connection.id, offer);
}

async function save(tx, company, { value, provider, method, name }, connectionId) {
  const input = { provider, method, name, ownership: "shared", agentIds: [], allAgents: true, connectionId };
  asked.add(input);
  // Nobody's attempt, which something newer could overtake.
  const attemptStartedAt = new Date(8.64e15);
  return paperclip.aiConnectionService(tx).save(company, null, input, value, undefined, attemptStartedAt);
}

/** Gives a deleted connection to all agents again, and the application that was closed because it held nothing else. */
async function reopen(tx, companyId, { id, application }) {
  const { eq, toolApplications, toolConnectionInstalls } = paperclip;
  await tx
    .update(toolApplications)
    .set({ status: "active", archivedAt: null })
    .where(eq(toolApplications.id, application));
  await tx
    .insert(toolConnectionInstalls)
    .values({ companyId, connectionId: id, targetType: "company", targetId: companyId })
    .onConflictDoNothing();
}

/** Keeps the connection with its grant and its agents, without the value. */
async function revoke(tx, { connection: { id, grant, granted, secret } }) {
  if (grant && granted !== "revoked")
    await paperclip.toolAccessService(tx).revokeConnectionGrant(id, grant, { actorType: "system" });
  if (secret) await paperclip.secretService(tx).remove(secret);
  await remember(tx, id);
}

/** Records that the connection has this credential of the stack, or none. */
async function remember(tx, id, offer) {
  const { eq, toolConnections } = paperclip;
  const [{ config }] = await tx
    .select({ config: toolConnections.config })
    .from(toolConnections)
    .where(eq(toolConnections.id, id));
  const { followed: _, ...rest } = config;
  await tx
    .update(toolConnections)
    .set(offer ? { uid: offer.uid, config: { ...rest, followed: offer.hash } } : { config: rest })
    .where(eq(toolConnections.id, id));
}
