// Confines the server's file functions. Where agents write, neither their links nor a swapped folder lead out (./walk.js). The server's own
// files are reached only by the modules that keep them (./places.js, ../build/keepers.mjs). All code that the server loads gets these
// functions instead of Node's, so this also holds for code that Paperclip adds later.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { calls, refused } from "./fileCalls.js";
import { now, soon, withCallback } from "./fileForms.js";
import { placesIn } from "./places.js";
import { isProgram, pathOf } from "./prepareCall.js";
import { failure, walker } from "./walk.js";

/** Node's own functions. */
const own = { ...fs };
const ownPromises = { ...fs.promises };

/**
 * Replaces Node's functions, for modules that keep no place.
 *
 * @returns {(...kept: string[]) => typeof fs} the `fs` of a module that keeps these places
 */
export function installFiles(placeOf = placesIn()) {
  const forAll = filesFor(placeOf, []);
  Object.assign(fs.promises, forAll.promises);
  for (const [name, value] of Object.entries(forAll))
    if (value !== own[name] && name !== "promises") fs[name] = value;
  syncBuiltinESMExports();
  const made = new Map();
  return (...kept) => {
    const key = kept.toSorted().join();
    if (!made.has(key)) made.set(key, filesFor(placeOf, kept));
    return made.get(key);
  };
}

/**
 * Node's `fs` for a module that keeps these places.
 *
 * @param {(path: string) => import("./places.js").Place} placeOf
 * @param {string[]} kept
 */
export function filesFor(placeOf, kept) {
  const locate = walker(placeOf, kept);
  const made = { ...own, promises: { ...ownPromises } };
  for (const [name, call] of Object.entries(calls)) {
    const how = { name, call, locate, placeOf, made };
    if (own[name]) made[name] = withCallback(how, own[name]);
    if (own[`${name}Sync`]) made[`${name}Sync`] = now(how, own[`${name}Sync`]);
    if (ownPromises[name]) made.promises[name] = soon(how, ownPromises[name]);
  }
  // watch() starts synchronously and has no callback form.
  made.watch = now({ name: "watch", call: calls.watch, locate, placeOf, made }, own.watch);
  made.promises.watch = refusing("watch", ownPromises.watch);
  made.existsSync = (path) => (isProgram(path) ? own.existsSync(path) : answers(() => made.accessSync(path)));
  made.exists = (path, callback) => made.access(path, (error) => callback(!error));
  made.exists[promisify.custom] = (path) =>
    made.promises.access(path).then(
      () => true,
      () => false,
    );
  made.realpath.native = made.realpath;
  made.realpathSync.native = made.realpathSync;
  for (const name of refused) {
    for (const form of [name, `${name}Sync`]) if (own[form]) made[form] = refusing(name, own[form]);
    if (ownPromises[name]) made.promises[name] = refusing(name, ownPromises[name]);
  }
  // Streams open files through the `fs` that they are given.
  for (const name of ["createReadStream", "createWriteStream"])
    made[name] = (path, options) => {
      const given = typeof options === "string" ? { encoding: options } : options;
      return own[name](path, typeof given?.fd === "object" ? given : { ...given, fs: made });
    };
  return made;

  function refusing(name, original) {
    return Object.assign(function refuse(path, ...rest) {
      const asked = pathOf(path);
      if (asked !== undefined && placeOf(resolve(asked)).kind !== "image")
        throw failure("EACCES", name, asked, "not possible where agents write");
      return original(path, ...rest);
    }, original);
  }
}

function answers(look) {
  try {
    look();
    return true;
  } catch {
    return false;
  }
}
