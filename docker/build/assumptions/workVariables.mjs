// Variables that the image sets for agents' runs and for the database, as in ./variables.mjs.
import { variable } from "./variables.mjs";

const server = "@paperclipai/server/dist";
const config = `${server}/config.js`;
const client = "@paperclipai/db/dist/client.js";

export const workVariables = [
  variable(
    "PAPERCLIP_AGENT_JWT_DISABLE_LEGACY_FALLBACK",
    `${server}/agent-auth-jwt.js`,
    "parseBooleanEnv(process.env.PAPERCLIP_AGENT_JWT_DISABLE_LEGACY_FALLBACK)",
    "keys of the old form, which are valid for all companies, are accepted, too",
  ),
  variable(
    "PAPERCLIP_AGENT_JWT_SECRET",
    `${server}/agent-auth-jwt.js`,
    "const secret = process.env.PAPERCLIP_AGENT_JWT_SECRET",
    "agents' keys are signed with the secret of people's sessions",
  ),
  variable(
    "PAPERCLIP_PG_DUMP_PATH",
    "@paperclipai/db/dist/backup-lib.js",
    "process.env.PAPERCLIP_PG_DUMP_PATH",
    "backups run as the agent, who cannot reach the database, so that there are none",
    ["docker/server/programs.js"],
  ),
  variable(
    "PAPERCLIP_API_URL",
    "@paperclipai/adapter-utils/dist/server-utils.js",
    "const apiUrl = process.env.PAPERCLIP_API_URL ??",
    "agents call the tailnet's name, which does not resolve inside the machine, and finish no task",
  ),
  variable(
    "PAPERCLIP_MIGRATION_AUTO_APPLY",
    `${server}/index.js`,
    'process.env.PAPERCLIP_MIGRATION_AUTO_APPLY === "true"',
    "Paperclip refuses a database of an older version, or waits for an answer on its terminal",
  ),
  variable(
    "DATABASE_POOL_MAX",
    client,
    'envPositiveInteger(env, "DATABASE_POOL_MAX")',
    "ten connections take the memory that a machine with 1 GB needs for an agent",
  ),
  variable(
    "DATABASE_IDLE_TIMEOUT_SECONDS",
    client,
    'envNonNegativeInteger(env, "DATABASE_IDLE_TIMEOUT_SECONDS")',
    "connections stay open for good, or are made anew each minute: an idle machine uses up its CPU",
  ),
  variable(
    "DATABASE_PREPARED_STATEMENTS",
    client,
    'envBoolean(env, "DATABASE_PREPARED_STATEMENTS")',
    "what a page asks is parsed each time, and a page takes longer",
  ),
  variable(
    "PGHOST",
    "postgres/src/index.js",
    "env.PGHOST",
    "the server does not find the database's socket and does not start",
  ),
  variable(
    "PGUSER",
    "postgres/src/index.js",
    "env.PGUSER ",
    "the server connects as a role that does not exist, and does not start",
  ),
  variable(
    "ACPX_CLAUDE_ACP_SESSION_CREATE_TIMEOUT_MS",
    "acpx/dist/",
    "process.env.ACPX_CLAUDE_ACP_SESSION_CREATE_TIMEOUT_MS",
    "on a machine without saved CPU agents are given up before their program has started",
  ),
  variable(
    "CLAUDE_CODE_OAUTH_TOKEN",
    `${server}/services/ai-connection-runtime.js`,
    '"CLAUDE_CODE_OAUTH_TOKEN"',
    "the stack's credential is used where a company has its own",
  ),
  variable(
    "ANTHROPIC_API_KEY",
    `${server}/services/ai-connection-runtime.js`,
    '"ANTHROPIC_API_KEY"',
    "the stack's credential is used where a company has its own",
  ),
  variable(
    "DATABASE_URL",
    config,
    "databaseUrl: process.env.DATABASE_URL ??",
    "the build's one start of the server finds no database",
    ["docker/build/template.sh"],
  ),
  variable(
    "TMPDIR",
    `${server}/services/run-scratch.js`,
    "path.join(os.tmpdir(), ",
    "files of a run are outside the folder that its agent has access to",
  ),
  variable(
    "PAPERCLIP_SCRATCH_DIR",
    `${server}/services/run-scratch.js`,
    "PAPERCLIP_SCRATCH_DIR: scratch.dir",
    "an agent has no access to the folder of its run",
    ["docker/server/programs.js"],
  ),
  variable(
    "CODEX_HOME",
    `${server}/services/ai-connection-runtime.js`,
    "CODEX_HOME: providerHome",
    "Codex has no access to its home, and so no account",
    ["docker/server/programs.js"],
  ),
];
