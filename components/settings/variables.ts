/**
 * The machine's variables, a row each: who gives the value, who reads it, and why it is there. Out of it come the keys of fly.toml's `env`,
 * the app's secrets, the names that `extraSecrets` cannot take, what the scripts of the start hand on (docker/lib/variables.sh), doctor's
 * names of credentials, and docs/variables.md.
 *
 * The values stay where they are made: in fly/flyToml.ts, paperclipOnFly.ts and the image's scripts.
 */

import type { CredentialSetting } from "../anthropic/credentials.ts";

/** Who gives a variable its value. */
export type Origin =
  /** fly.toml, in clear. */
  | "fly.toml"
  /** An app secret. */
  | "secret"
  /** The image: the Dockerfile's ENV. */
  | "image"
  /** The image's scripts, for the processes that they start. */
  | "start"
  | "fly.io"
  /** The stack's `extraSecrets`, where its operator wants that. */
  | "extraSecrets";

/** Who reads a variable: the start itself, what it starts, and `doctor` with the programs that it runs in the machine. */
type Reader = "start" | "server" | "agents" | "tailnet" | "postgres" | "doctor";

export interface Variable {
  from: Origin;
  readers: readonly Reader[];
  why: string;
  /** The stack's setting that decides the value. */
  setting?: string;
}

const row =
  <O extends Origin>(from: O) =>
  (readers: readonly Reader[], why: string, setting?: string): Variable & { from: O } => ({
    from,
    readers,
    why,
    ...(setting === undefined ? {} : { setting }),
  });

const plain = row("fly.toml");
const secret = row("secret");
const image = row("image");
const start = row("start");
const flyIo = row("fly.io");
const extra = row("extraSecrets");

/** A secret with which agents ask their model. */
const credential = (setting: CredentialSetting) => ({
  ...secret(["server", "agents", "doctor"], "the agents' credential"),
  setting,
});

export const variables = {
  // What the client decides, or Paperclip needs to know, and may be read by whoever reads the app's configuration.
  NODE_ENV: plain(["server"], "production: Express shows no stack traces"),
  PORT: plain(["start", "server"], "where Paperclip listens; the start takes the port first"),
  HOST: plain(
    ["start", "server"],
    "all addresses, as Fly.io's proxy and check reach the machine from outside",
  ),
  SERVE_UI: plain(["server"], "the server serves its pages too"),
  PAPERCLIP_HOME: plain(["server"], "Paperclip's folder, which is the volume"),
  PAPERCLIP_INSTANCE_ID: plain(["server"], "the folder of its one instance"),
  PAPERCLIP_CONFIG: plain(["server"], "its config.json"),
  PAPERCLIP_DEPLOYMENT_MODE: plain(["server"], "people sign in"),
  PAPERCLIP_DEPLOYMENT_EXPOSURE: plain(["server"], "it is in a private network"),
  PAPERCLIP_STOP_SECONDS: plain(["start"], "seconds that a stop may take, fewer than Fly.io waits"),
  PAPERCLIP_AGENTS: plain(["start", "doctor"], "the programs of the agents on offer", "agents"),
  PAPERCLIP_TOOLS: plain(["start", "doctor"], "the tools that agents are promised", "tools"),
  PAPERCLIP_AGENTS_AT_ONCE: plain(["start"], "how many agents work at once", "agentsAtOnce"),
  PAPERCLIP_ON_FLY_OFFER_CLAUDE_TOKEN: plain(
    ["server"],
    "`false`: Claude's token is no account that people choose",
    "offerClaudeToken",
  ),
  PAPERCLIP_ATTACHMENT_MAX_BYTES: plain(
    ["server"],
    "the largest file that can be attached",
    "attachmentLimit",
  ),
  PAPERCLIP_EXTRA_SECRETS: plain(["start"], "the names of extraSecrets, which server and agents get"),
  TAILNET_DNS: plain(["start", "tailnet"], "the tailnet's name, a part of Paperclip's address", "tailnet"),
  TAILNET_HTTPS: plain(["start", "tailnet"], "whether the address is HTTPS", "tailnetHttps"),
  TAILSCALE_USERSPACE: plain(["tailnet"], "whether tailscaled has no network device", "tailscaleUserspace"),
  TAILSCALE_SSH: plain(["tailnet"], "whether the device offers Tailscale SSH", "tailscaleSsh"),
  TAILSCALE_LOGS: plain(["tailnet"], "whether tailscaled sends its log to Tailscale", "tailscaleLogs"),
  TAILSCALE_LOGIN_SERVER: plain(["tailnet"], "another control server than Tailscale's", "controlServer"),

  // The app's secrets. Of the two credentials agents use the first that is set.
  BETTER_AUTH_SECRET: secret(["server"], "signs people's sessions"),
  PAPERCLIP_AGENT_JWT_SECRET: secret(["server"], "signs the agents' tokens for Paperclip's API"),
  ANTHROPIC_API_KEY: credential("anthropicKey"),
  CLAUDE_CODE_OAUTH_TOKEN: credential("claudeToken"),
  TAILSCALE_AUTH_KEY: secret(["tailnet"], "lets the device join the tailnet"),

  PATH: image(["start", "server", "agents", "tailnet", "postgres", "doctor"], "where programs are"),
  PAPERCLIP_AGENT_SANDBOXES: image(
    ["start"],
    "whether agents may make sandboxes of their own",
    "imageBuildArgs",
  ),
  TAILNET_PORTS: image(["tailnet"], "what closes the machine's other ports to the tailnet", "imageBuildArgs"),

  FLY_APP_NAME: flyIo(["start", "tailnet"], "the app's name, which is the device's"),
  FLY_MACHINE_ID: flyIo(["start"], "for the commands that the log names"),

  // What server.sh gives the server. Agents inherit the rows that name both.
  LANG: start(
    ["server", "agents", "postgres", "doctor"],
    "C.UTF-8, in which texts are compared byte by byte",
  ),
  HOME: start(["server", "agents", "tailnet"], "the server's on the volume, each agent its own"),
  TMPDIR: start(["server", "agents"], "where the server makes what a run needs"),
  PAPERCLIP_API_URL: start(["server", "agents"], "where agents reach the server, inside the machine"),
  PGHOST: start(["server", "postgres"], "PostgreSQL's socket"),
  PGUSER: start(["server"], "Paperclip's role in the database"),
  DATABASE_POOL_MAX: start(["server"], "connections to the database, as many as memory has room for"),
  DATABASE_IDLE_TIMEOUT_SECONDS: start(["server"], "how long a connection is kept without work"),
  DATABASE_PREPARED_STATEMENTS: start(["server"], "a statement is parsed once a connection"),
  TRUST_PROXY: start(["server"], "only what comes from the machine itself says who asks"),
  PAPERCLIP_TAILNET_BIND_HOST: start(["server"], "saves the server a question to tailscaled"),
  PAPERCLIP_PUBLIC_URL: start(["server"], "the address that people open"),
  PAPERCLIP_AUTH_BASE_URL_MODE: start(["server"], "people sign in at that address and no other"),
  PAPERCLIP_MIGRATION_AUTO_APPLY: start(["server"], "a new version migrates its database by itself"),
  PAPERCLIP_DISABLE_CWD_ENV_FILE: start(["server"], "no .env file changes the server's settings"),
  PAPERCLIP_AGENT_JWT_DISABLE_LEGACY_FALLBACK: start(["server"], "the two signing secrets stay apart"),
  PAPERCLIP_IMPORT_ZIP_MAX_BYTES: start(["server"], "the largest company package that memory has room for"),
  PAPERCLIP_TELEMETRY_DISABLED: start(["server"], "nothing about its use is told"),
  PAPERCLIP_ANNOUNCEMENTS_ENABLED: start(["server"], "the server fetches no announcements"),
  ACPX_CLAUDE_ACP_SESSION_CREATE_TIMEOUT_MS: start(
    ["server"],
    "a program may start on a sixteenth of a core",
  ),
  DO_NOT_TRACK: start(["server", "agents"], "programs tell nothing about their use"),
  PAPERCLIP_ON_FLY_LISTENER: start(["start", "server"], "the open file of Paperclip's port"),
  PAPERCLIP_ON_FLY_HELD: start(["start"], "the open files of the port in both families"),
  PAPERCLIP_ON_FLY_AGENTS_OFFERED: start(["server"], "the agents that people can choose from"),
  PAPERCLIP_ON_FLY_AGENTS_GET: start(["server"], "which of the server's variables agents inherit"),
  PAPERCLIP_PG_DUMP_PATH: start(["server"], "a name for pg_dump that nobody can guess"),

  // What an agent's program is started with.
  PAPERCLIP_ON_FLY_AGENT: start(["agents"], "whose program it is"),
  PAPERCLIP_ON_FLY_NAME: start(["agents"], "the agent's name, for its commits"),
  PAPERCLIP_ON_FLY_GIT: start(["agents"], "its settings for git, which come last of all"),
  NPM_CONFIG_PREFIX: start(["agents"], "where npm installs what is for all of an agent's work, in its home"),
  PAPERCLIP_ON_FLY_RUN: start(["agents"], "which run it ends with"),
  PAPERCLIP_SCRATCH_DIR: start(["agents"], "a run's own folder, which Paperclip makes"),
  CODEX_HOME: start(["agents"], "Codex's folder, which Paperclip makes"),
  SHELL: start(["agents"], "the shell that agents' programs use"),
  TEMP: start(["agents"], "taken away: the server's folder for a run is no place for what programs leave"),
  TMP: start(["agents"], "taken away, as TEMP is"),
  DISABLE_AUTOUPDATER: start(["agents"], "Claude Code stays as the image has it"),

  PGOPTIONS: start(["postgres"], "the start's own questions, without notices"),
  TS_PORTLIST: start(["tailnet"], "tailscaled does not look for open ports each second"),

  // What may come from extraSecrets and is known to the image.
  ANTHROPIC_BASE_URL: extra(["server", "agents", "doctor"], "a gateway in Anthropic's place"),
  HTTPS_PROXY: extra(["agents", "doctor"], "a proxy on the way to the internet"),
  NO_PROXY: extra(["agents", "doctor"], "hosts that are reached without that proxy"),
  GIT_AUTHOR_NAME: extra(["agents"], "another author of all agents' commits than the agent"),
  GIT_AUTHOR_EMAIL: extra(["agents"], "the author's address"),
  GIT_COMMITTER_NAME: extra(["agents"], "another committer of all agents' commits than the agent"),
  GIT_COMMITTER_EMAIL: extra(["agents"], "the committer's address"),
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: extra(
    ["agents"],
    "doctor's own question has it, and agents behind a gateway",
  ),
  CLAUDE_CODE_MAX_RETRIES: extra(["agents"], "doctor's own question has it"),
} as const satisfies Record<string, Variable>;

type Table = typeof variables;
type VariableName = keyof Table;
type NamesFrom<O extends Origin> = {
  [K in VariableName]: Table[K]["from"] extends O ? K : never;
}[VariableName];

/** The keys of fly.toml's `env`. */
export type PlainVariable = NamesFrom<"fly.toml">;
/** The app's secrets, without those of `extraSecrets`. */
export type SecretVariable = NamesFrom<"secret">;
/** The secrets with which agents ask their model. */
export type CredentialVariable = {
  [K in SecretVariable]: Table[K] extends { setting: CredentialSetting } ? K : never;
}[SecretVariable];

/** Names of the table, in its order. */
const namesOf = (is: (variable: Variable) => boolean) =>
  (Object.keys(variables) as VariableName[]).filter((name) => is(variables[name]));

const reads = ({ readers }: Variable, ...all: Reader[]) => all.every((reader) => readers.includes(reader));

/** Names that mean the same to several of the image's scripts. */
export const lists = {
  secrets: namesOf(({ from }) => from === "secret") as SecretVariable[],
  credentials: namesOf(
    ({ from, setting }) => from === "secret" && setting !== undefined,
  ) as CredentialVariable[],
  serverPlain: namesOf((variable) => variable.from === "fly.toml" && reads(variable, "server")),
  serverSecrets: namesOf((variable) => variable.from === "secret" && reads(variable, "server")),
  agentsInherit: namesOf(
    (variable) => variable.from !== "extraSecrets" && reads(variable, "server", "agents"),
  ),
  doctorKeeps: namesOf(
    (variable) => variable.from !== "secret" && variable.from !== "fly.toml" && reads(variable, "doctor"),
  ),
};
