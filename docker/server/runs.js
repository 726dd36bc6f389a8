// Whose program it is that the server starts. Every agent chooses variables for its programs and where they begin, so none of that says it: it is
// known of the run in which the program is started. ../lib/asAgent.sh gives each agent's programs the agent's own home and keeps them from others'.
//
// `ofAgent` is called where ../build/reaches.mjs says.
import { AsyncLocalStorage } from "node:async_hooks";

const runs = new AsyncLocalStorage();

/** How Paperclip makes ids: what is not one would not do for the name of a folder. */
const isId = (id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/**
 * Has all programs that a call starts be an agent's, also later and in what it begins.
 *
 * @template Call, Result
 * @param {string} id
 * @param {(call: Call) => Result} execute
 * @param {Call} call
 */
export const ofAgent = (id, execute, call) => runs.run(isId(id) ? id : "", execute, call);

/** The id of the agent whose program is started now; empty where it is nobody's. */
export const whoseProgram = () => runs.getStore() ?? "";

// No agent can have one in its settings.
const imagesOwn = Symbol("image's own");

/** Options of a program of the image's own, which sees what agents keep from each other. */
export const asImagesOwn = (options) => ({ ...options, [imagesOwn]: true });

/** @param {object} options of a program */
export const isImagesOwn = (options) => options[imagesOwn] === true;
