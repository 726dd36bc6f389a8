// Tables, columns and values that statements of this repository name, and the database client that runs some of them.
import { described } from "../compare.mjs";

const server = "@paperclipai/server/dist";
const heartbeat = `${server}/services/heartbeat.js`;
const native = `${server}/services/native-runtime`;
const agents = ["docker/lib/agents.sh"];
const invite = ["docker/lib/invite.sh"];
const invitations = ["docker/server/invitations.js"];

/** A table with columns, as Paperclip's schema has them. */
export const table = (name, module, columns, ours, otherwise) => ({
  name: `the database has the table ${name}${columns.length > 0 ? ` with ${columns.join(", ")}` : ""}`,
  table: name,
  file: `@paperclipai/db/dist/schema/${module}.js`,
  has: [
    `pgTable("${name}", {`,
    ...columns.map((column) =>
      described(
        `the column ${column}`,
        new RegExp(`pgTable\\("${name}", \\{(?:(?!pgTable\\()[\\s\\S])*?\\("${column}"`),
      ),
    ),
  ],
  ours,
  otherwise,
});

export const database = [
  table(
    "heartbeat_runs",
    "heartbeat_runs",
    ["status", "controller_lease_expires_at"],
    agents,
    "more agents work at once than the memory has room for, and runs that were cut off are not begun again",
  ),
  {
    name: "a run begins with an update from `queued` to `running`",
    among: "paperclip",
    finds: /\.update\(heartbeatRuns\)(?:(?!\.update\()[\s\S]){0,80}?\bstatus: "running"/g,
    only: {
      [heartbeat]: 3,
      // Paperclip's own runner, which the image does not offer, takes up a run that it has begun before.
      [`${native}/native-finalization-reconciler.js`]: 1,
      [`${native}/native-restart-recovery.js`]: 1,
      [`${native}/native-session-executor.js`]: 1,
      [`${native}/status-decision-committer.js`]: 1,
    },
    ours: agents,
    otherwise: "runs bypass the limit of agents at once, and the memory runs out",
  },
  {
    name: "Paperclip checks whether that update has changed a row",
    file: heartbeat,
    has: [
      /\.where\(and\(eq\(heartbeatRuns\.id, run\.id\), eq\(heartbeatRuns\.status, "queued"\)\)\)\s*\.returning\(\)[\s\S]{0,80}?if \(!claimed\)\s*return null;/,
    ],
    ours: agents,
    otherwise: "a run that the limit holds back starts all the same",
  },
  {
    name: "no run is inserted as `running`",
    among: "paperclip",
    finds: /\.insert\(heartbeatRuns\)(?:(?!\.insert\()[\s\S]){0,400}?\bstatus: "running"/g,
    only: {},
    ours: agents,
    otherwise: "such a run bypasses the limit of agents at once, and the memory runs out",
  },
  {
    name: "the states of a run are those that the limit and the clean-up know",
    file: "@paperclipai/shared/dist/constants.js",
    has: [/HEARTBEAT_RUN_STATUSES = \[\s*"queued",\s*"scheduled_retry",\s*"running",/],
    ours: [...agents, "docker/server/pace.js"],
    otherwise: "the limit of agents at once counts wrongly, or a waiting run counts as over",
  },
  {
    name: "a server holds a run by a lease of 60 seconds, longer than a restart takes",
    file: `${server}/services/legacy-controller-lease.js`,
    has: [
      "LEGACY_CONTROLLER_LEASE_MS = 60_000",
      "controllerLeaseExpiresAt: sql `clock_timestamp() + interval '60 seconds'`",
    ],
    ours: agents,
    otherwise: "runs that were cut off with their machine are not begun again",
  },
  table(
    "invites",
    "invites",
    [
      ...["invite_type", "token_hash", "allowed_join_types", "expires_at", "invited_by_user_id"],
      ...["revoked_at", "accepted_at", "updated_at"],
    ],
    [...invitations, ...invite],
    "nobody who is invited gets an account",
  ),
  table(
    "instance_user_roles",
    "instance_user_roles",
    ["role"],
    invite,
    "nobody becomes the first administrator",
  ),
  table(
    "verification",
    "auth",
    ["identifier", "value", "expires_at", "created_at", "updated_at"],
    invitations,
    "nobody who is invited gets an account",
  ),
  {
    name: "the table verification has a text as its primary key",
    file: "@paperclipai/db/dist/schema/auth.js",
    has: [/pgTable\("verification", \{\s*id: text\("id"\)\.primaryKey\(\)/],
    ours: invitations,
    otherwise: "one invitation creates several accounts, or none",
  },
  table(
    "user",
    "auth",
    ["email"],
    invitations,
    "an invitation stays taken although its account could not be created",
  ),
  table(
    "chat_endpoints",
    "chat_channels",
    [],
    ["docker/server/pace.js"],
    "chat and mail channels are not polled, and their messages are not delivered",
  ),
  {
    name: "the database's client is drizzle over postgres.js",
    file: "@paperclipai/db/dist/client.js",
    has: ['from "drizzle-orm/postgres-js"', 'import postgres from "postgres";'],
    ours: [...invitations, "docker/server/pace.js", "docker/config.json"],
    otherwise: "statements of the image's own fail: nobody who is invited gets an account",
  },
  {
    name: "drizzle exposes its client",
    file: "drizzle-orm/postgres-js/driver.js",
    has: ["db.$client = client;"],
    ours: invitations,
    otherwise: "nobody who is invited gets an account",
  },
  {
    name: "a failed statement's values come last in its error, after `params: `",
    file: "drizzle-orm/errors.js",
    has: [`super(\`Failed query: \${query}\nparams: \${params}\`);`],
    ours: ["docker/server/lastWords.js"],
    otherwise: "when an error ends the server, the log contains a statement's values, also secrets",
  },
  {
    name: "migrations are applied by one function",
    file: "@paperclipai/db/dist/index.js",
    has: [/\bapplyPendingMigrations\b/],
    ours: ["docker/build/template.sh"],
    otherwise: "the database's template cannot be made",
  },
];
