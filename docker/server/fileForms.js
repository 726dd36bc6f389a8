// Calls one of Node's file functions: first finds where its paths are (./walk.js), afterwards reports them as the caller gave them.
import { resolve } from "node:path";
import { isProgram, pathOf, prepare, told, yielded } from "./prepareCall.js";
import { runNow, runSoon, trees } from "./trees.js";
import { failure } from "./walk.js";

/**
 * @typedef {object} How
 * @property {string} name of the function
 * @property {{ paths: (string | undefined)[], flags?: object, copies?: boolean, yields?: string, tree?: Function, refuses?: Function }} call
 * @property {ReturnType<typeof import("./walk.js").walker>} locate
 * @property {(path: string) => import("./places.js").Place} placeOf
 * @property {typeof import("node:fs")} made the `fs` that this function is part of
 */

/** How many of Node's own functions are running just now. They call each other by name, and so reach our functions with arguments that are ready. */
let inside = 0;

function callNode(original, args) {
  inside++;
  try {
    return original(...args);
  } finally {
    inside--;
  }
}

/** Node calls back at once when a call fails before it begins. The callback is not part of that call. */
function callBackFrom(callback, results) {
  const before = inside;
  inside = 0;
  try {
    callback(...results);
  } finally {
    inside = before;
  }
}

/** Whether Node's own function can be called directly. */
const isPlain = ({ call }, given) => inside > 0 || (isProgram(given[0]) && call.paths.length === 1);

/** The synchronous form. */
export const now = (how, original) =>
  function callNow(...given) {
    if (isPlain(how, given)) return original(...given);
    if (isTree(how, given)) return runNow(how.made, trees[how.name](...plain(how, given)));
    let call;
    try {
      call = prepare(how, given);
      return how.call.yields === "real" && isWalked(call)
        ? realOf(call)
        : yielded(how, callNode(original, call.args), call);
    } catch (error) {
      if (error.code === "ENOENT" && given[1]?.throwIfNoEntry === false) return undefined;
      throw call ? told(error, call) : error;
    } finally {
      call?.close();
    }
  };

/** The promise form. */
export const soon = (how, original) =>
  async function callSoon(...given) {
    if (isPlain(how, given)) return original(...given);
    if (isTree(how, given)) return runSoon(how.made, trees[how.name](...plain(how, given)));
    const call = prepare(how, given);
    try {
      if (how.call.yields === "real" && isWalked(call)) return realOf(call);
      return yielded(how, await callNode(original, call.args), call);
    } catch (error) {
      throw told(error, call);
    } finally {
      call.close();
    }
  };

/** The callback form. */
export const withCallback = (how, original) =>
  function callBack(...given) {
    const callback = given.at(-1);
    if (typeof callback !== "function" || isPlain(how, given)) return original(...given);
    const over = (error, ...results) => process.nextTick(callback, error, ...results);
    if (isTree(how, given)) {
      runSoon(how.made, trees[how.name](...plain(how, given.slice(0, -1)))).then(
        (result) => over(null, result),
        over,
      );
      return;
    }
    let call;
    try {
      call = prepare(how, given);
    } catch (error) {
      over(error);
      return;
    }
    if (how.call.yields === "real" && isWalked(call)) {
      call.close();
      over(null, realOf(call));
      return;
    }
    call.args[call.args.length - 1] = (error, ...results) => {
      call.close();
      const [first, ...others] = results;
      callBackFrom(
        callback,
        error
          ? [told(error, call)]
          : [null, ...(results.length > 0 ? [yielded(how, first, call)] : []), ...others],
      );
    };
    try {
      callNode(original, call.args);
    } catch (error) {
      call.close();
      throw told(error, call);
    }
  };

const isWalked = ({ at: [location] }) => location !== undefined && location.at !== location.real;

function realOf({ at: [location], args }) {
  const encoding = typeof args[1] === "string" ? args[1] : args[1]?.encoding;
  return encoding === "buffer" ? Buffer.from(location.real) : location.real;
}

/** A call's arguments with its paths as text. */
const plain = ({ call }, given) =>
  given.map((argument, index) => (call.paths[index] ? (pathOf(argument) ?? argument) : argument));

/** Whether a call walks a tree in which somebody could swap entries meanwhile. */
function isTree({ name, call, placeOf }, given) {
  if (!call.tree && !call.refuses) return false;
  const options = given[call.paths.length];
  const about = options && typeof options === "object" ? options : {};
  const asked = call.paths.map((_, index) => pathOf(given[index]));
  const walked = asked.some((path) => path !== undefined && placeOf(resolve(path)).kind !== "image");
  if (walked && call.refuses?.(about)) throw failure("EACCES", name, asked[0], "not recursively");
  return Boolean(walked && call.tree?.(about));
}
