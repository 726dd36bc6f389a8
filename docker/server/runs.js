// Knows which agent a program is started for. An agent chooses its programs' variables and folder, so these do not prove whose program it is.
// The run in which it is started does. ../lib/asAgent.sh gives each agent's programs the agent's own home and keeps them out of the others'.
//
// ../build/reaches.mjs says where `ofAgent` is called.
import { AsyncLocalStorage } from "node:async_hooks";
import { signature } from "./signature.js";

const runs = new AsyncLocalStorage();

/** Paperclip's ids are UUIDs. Anything else is not safe as the name of a folder. */
const isId = (id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/**
 * Attributes all programs that a call starts to an agent, also those that it starts later.
 *
 * @template Call, Result
 * @param {string} id
 * @param {(call: Call) => Result} execute
 * @param {Call} call with the agent, whose name its commits have
 */
export const ofAgent = (id, execute, call) =>
  runs.run({ agent: isId(id) ? id : "", name: signature(call?.agent?.name) }, execute, call);

/** The id of the agent that a program is being started for; empty if there is none. */
export const whoseProgram = () => runs.getStore()?.agent ?? "";

/** Its name as a commit can have it; empty if there is none. */
export const nameOfWhose = () => runs.getStore()?.name ?? "";

/**
 * A run's variables with the agent's own programs on the PATH: what it installs into its home with npm (../lib/asAgent.sh).
 *
 * @param {Record<string, string | undefined>} env
 * @param {string} id
 * @param {{ kind?: string } | null | undefined} target where the run is; the homes are here
 */
export function withOwnPrograms(env, id, target) {
  if (!isId(id) || target?.kind === "remote") return env;
  return { ...env, PATH: `${env.PATH || process.env.PATH}:/paperclip/agents/${id}/.local/bin` };
}

// A symbol, because no agent can have one in its settings.
const imagesOwn = Symbol("image's own");

/** Options for a program of the image's own, which sees the homes of all agents. */
export const asImagesOwn = (options) => ({ ...options, [imagesOwn]: true });

/** @param {object} options of the program */
export const isImagesOwn = (options) => options[imagesOwn] === true;
