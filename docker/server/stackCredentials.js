// Which of the stack's credentials every company is offered as an account for its agents (an AI connection of Paperclip's), and what a
// connection needs so that it is the stack's. Without effects: ./operatorConnections.js makes them.
import { createHash } from "node:crypto";

/**
 * The accounts that a stack can offer. `variable` has the value, `setting` is where the operator sets it. `uid` is Paperclip's identifier of
 * the connection in a company, which people neither see nor change, `name` what the page shows at first. `program`: the agent that needs it.
 */
export const accounts = [
  {
    variable: "ANTHROPIC_API_KEY",
    setting: "anthropicKey",
    uid: "operator-api-key",
    name: "Claude, from your operator",
    provider: "anthropic",
    method: "api_key",
  },
  {
    variable: "CLAUDE_CODE_OAUTH_TOKEN",
    setting: "claudeToken",
    uid: "operator-subscription",
    name: "Claude subscription, from your operator",
    provider: "anthropic",
    method: "subscription",
  },
  {
    variable: "OPENAI_API_KEY",
    setting: "OPENAI_API_KEY",
    uid: "operator-openai-api-key",
    name: "OpenAI, from your operator",
    provider: "openai",
    method: "api_key",
    program: "codex",
  },
];

/** Variables that send the agents' questions to somebody else, which Paperclip takes away from an agent with a connected account. */
const elsewhere = {
  anthropic: [
    "ANTHROPIC_BASE_URL",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
    "CLAUDE_CODE_USE_FOUNDRY",
  ],
  openai: ["OPENAI_BASE_URL"],
};

export const uids = accounts.map(({ uid }) => uid);

/** A value as Paperclip records which one a connection has. */
const hash = (value) => createHash("sha256").update(value).digest("hex");

/**
 * The accounts that the stack offers.
 *
 * @param {Record<string, string | undefined>} env the server's variables
 * @param {(program: string) => boolean} carries whether the image has an agent's program
 */
export const offered = (env, carries) =>
  accounts
    .filter(({ variable, provider, program }) => {
      if (!env[variable] || elsewhere[provider].some((name) => env[name])) return false;
      if (variable === "CLAUDE_CODE_OAUTH_TOKEN" && env.PAPERCLIP_ON_FLY_OFFER_CLAUDE_TOKEN === "false")
        return false;
      return program === undefined || carries(program);
    })
    .map((account) => ({ ...account, value: env[account.variable], hash: hash(env[account.variable]) }));

const ofClaude = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"];

/**
 * A program's variables without the stack's credentials for Claude where it has one of its own. Of several Claude Code takes the key, whoever's
 * that is.
 *
 * @param {Record<string, string | undefined>} env
 * @param {Record<string, string | undefined>} stack variables of the server
 */
export function ownCredential(env, stack) {
  if (!ofClaude.some((name) => env[name] && env[name] !== stack[name])) return env;
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !(ofClaude.includes(name) && value === stack[name])),
  );
}

/**
 * What a company's connection needs. Whatever people have done to it (deleted, paused, given to some agents only) stays as long as the stack
 * has the same value; a new value brings it back.
 *
 * @param {{ hash: string } | undefined} offer
 * @param {{ followed: string | null } | undefined} connection `followed`: hash of the value that it had from the stack at last
 * @returns {"make" | "renew" | "revoke" | undefined}
 */
export function stepFor(offer, connection) {
  if (!connection) return offer && "make";
  if (!offer) return connection.followed === null ? undefined : "revoke";
  return connection.followed === offer.hash ? undefined : "renew";
}
