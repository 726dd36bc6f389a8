// What people read where a credential of the stack's is refused: on the page that tests an account, at an agent's run and from doctor, in the
// same sentence (../../ops/modelFinding.ts has it, too). And what they read where they want to sign in on the machine, whose shell they do
// not have.
//
// ../build/connections.mjs says where Paperclip calls these functions.
import { accounts } from "./stackCredentials.js";

/** Anthropic's are first: with both credentials Claude Code takes the key. */
const ofClaude = accounts.filter(({ provider }) => provider === "anthropic");

const providers = { anthropic: "Anthropic", openai: "OpenAI" };

/** @param account a row of `accounts` */
const refusal = ({ provider, setting }) =>
  `${providers[provider]} refuses the stack's ${setting}. Ask your operator for another one, or choose an account of your own.`;

/** The sentence for a value, if it is one of the stack's. */
export function refusedValue(value) {
  const account = accounts.find(({ variable }) => value && value === process.env[variable]);
  return account && refusal(account);
}

/**
 * The sentence for the credential that Claude Code asks with, if that is one of the stack's.
 *
 * @param {Record<string, string | undefined>} env variables that it gets besides those of the server; an empty one takes a credential away
 */
export function refusedClaude(env = {}) {
  for (const { variable } of ofClaude) {
    const value = env[variable] ?? process.env[variable];
    if (value) return refusedValue(value);
  }
  return undefined;
}

const sentences = accounts.map(refusal);

/** Which of the sentences the results of a test have. */
export const refusedIn = (checks) =>
  checks.map(({ message }) => message).find((message) => sentences.includes(message));

/**
 * A run's result, with the sentence where Anthropic has refused a credential of the stack's.
 *
 * @param {{ config?: { env?: Record<string, string> } }} call
 * @param {any} result of the adapter, or a promise of it
 */
export async function withRefusal({ config }, result) {
  const given = await result;
  const sentence = given?.errorCode === "claude_auth_required" && refusedClaude(config?.env);
  // The summary becomes a comment on the task.
  return sentence ? { ...given, errorMessage: sentence, summary: sentence } : given;
}

/**
 * Why nobody signs in on the machine, in a stack that has a credential for the provider. Without one it is its operator, who has a shell.
 *
 * @param {string} provider
 */
export function signInRefusal(provider) {
  if (!accounts.some((account) => account.provider === provider && process.env[account.variable]))
    return undefined;
  const key = "Nobody signs in on this machine. Choose “Use API key instead” with a key of your own";
  return provider === "anthropic"
    ? `${key} from platform.claude.com. For a subscription of your own, run claude setup-token on your computer. Save the token under Secrets as “Claude Code OAuth token”, with the key CLAUDE_CODE_OAUTH_TOKEN and for each user, and come back.`
    : `${key}.`;
}
