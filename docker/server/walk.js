// Walks to a file where agents write: component by component, each opened without following a link (O_NOFOLLOW), the next one from the open
// folder (/proc/self/fd/N/name). So nothing can be swapped between a check and its use. A link is read here, and its target is walked to in
// the same way if the link is allowed to lead there. The kernel resolves nothing on its own.
import fs from "node:fs";
import { dirname, join, resolve } from "node:path";
import { changes, mayLead, mayReach } from "./places.js";

// Node's own functions: ./files.js replaces them.
const { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } = fs;
const { O_DIRECTORY, O_NOFOLLOW } = constants;
/** Opens without any access to the contents. Node.js has no constant for it. */
const O_PATH = 0o10000000;
/** The kernel's limit. */
const mostLinks = 40;

const opened = new RegExp(`^/(?:proc/(?:self|${process.pid})|dev)/fd/(\\d+)(/.*)?$`);

const messages = {
  EACCES: [-13, "permission denied"],
  ELOOP: [-40, "too many symbolic links encountered"],
  ENOENT: [-2, "no such file or directory"],
  ENXIO: [-6, "no such device or address"],
};

/** An error in Node's form. `why` is added to Node's own text. */
export function failure(code, syscall, path, why) {
  const [errno, message] = messages[code];
  const text = `${code}: ${message}${why ? ` (${why})` : ""}, ${syscall} '${path}'`;
  return Object.assign(new Error(text), { errno, code, syscall, path });
}

/**
 * Where something is.
 *
 * @typedef {object} Location
 * @property {string} at what to pass to Node's own functions: an open descriptor, with at most one name in it
 * @property {string} real its path without links
 * @property {fs.Stats} [stats] of what is there; undefined if `at` ends with a name
 * @property {() => void} close
 */

/**
 * @param {(path: string) => import("./places.js").Place} placeOf
 * @param {string[]} kept places that the module keeps
 */
export function walker(placeOf, kept) {
  /**
   * @param {string} path
   * @param {{ intent: import("./places.js").Intent, follow?: boolean, make?: boolean, syscall: string }} how `follow`: the last component too.
   *   `make`: that may be missing
   * @returns {Location}
   */
  return function locate(path, { intent, follow = true, make = false, syscall }) {
    const refuse = (code, why) => {
      throw failure(code, syscall, path, why);
    };
    let target = withoutDescriptor(resolve(path)) ?? refuse("EACCES", "the descriptor is not a file");
    /** The place of the first link that an agent made. */
    let ledFrom;
    for (let links = 0; links <= mostLinks; links++) {
      const place = placeOf(target);
      if (ledFrom && !mayLead(ledFrom, place, intent)) refuse("ELOOP", "a link leads out of its place");
      if (!mayReach(place, intent, kept)) refuse(isMissing(target, intent) ? "ENOENT" : "EACCES");
      // The working folder of another process can be anywhere.
      if (follow && target.endsWith("/cwd") && place.kind === "process") refuse("EACCES");
      if (place.kind === "image" || place.kind === "process") return { at: target, real: target, close() {} };
      const found = walk(place, target, { follow, make, path, syscall });
      if (!found.link) {
        if (found.stats && place.kind === "open") checkKind(found, intent, refuse);
        return found;
      }
      if (place.kind === "open") ledFrom ??= place;
      target = found.link;
    }
    return refuse("ELOOP");
  };

  /** Distinguishes a missing file, which Paperclip often asks for, from one that is out of reach. */
  function isMissing(path, intent) {
    if (changes(intent)) return false;
    try {
      lstatSync(path);
      return false;
    } catch ({ code }) {
      return code === "ENOENT" || code === "ENOTDIR";
    }
  }

  /** Refuses what could block or act when it is opened, and a second name of a file of the server's. */
  function checkKind(found, intent, refuse) {
    const { stats } = found;
    if (intent === "look" || stats.isDirectory()) return;
    if (stats.isFile() && !(stats.nlink > 1 && stats.uid === process.geteuid())) return;
    found.close();
    if (!stats.isFile()) refuse("ENXIO", "neither a file nor a folder");
    refuse("EACCES", "the server's file has a second name");
  }
}

/** The path behind one that names an open file by its descriptor; any other path unchanged. */
function withoutDescriptor(path) {
  const [, number, rest = ""] = opened.exec(path) ?? [];
  if (number === undefined) return path;
  try {
    const real = readlinkSync(`/proc/self/fd/${number}`);
    return real.startsWith("/") && !real.endsWith(" (deleted)") ? resolve(join(real, rest)) : undefined;
  } catch {
    return undefined;
  }
}

/** Walks along a path up to the first link. Returns the location, or the link's target as `link`. */
function walk({ root }, target, { follow, make, path, syscall }) {
  const names = target.slice(root.length).split("/").filter(Boolean);
  let folder;
  let here = root;
  let real = root;
  try {
    for (let at = 0; ; at++) {
      const last = at === names.length;
      if (last && !follow) return keep({ at: here, real });
      const next = openNext(here, last);
      if (!next && last && make) return keep({ at: here, real });
      if (!next) throw failure("ENOENT", syscall, path);
      if (next.link !== undefined) return { link: resolve(dirname(real), next.link, ...names.slice(at)) };
      if (folder !== undefined) closeSync(folder);
      folder = next.descriptor;
      if (last) return keep({ at: `/proc/self/fd/${folder}`, real, stats: next.stats });
      here = `/proc/self/fd/${folder}/${names[at]}`;
      real = `${real}/${names[at]}`;
    }
  } finally {
    if (folder !== undefined) closeSync(folder);
  }

  /** Keeps the location open until it has been used. */
  function keep(location) {
    const descriptor = folder;
    folder = undefined;
    return { ...location, close: () => descriptor !== undefined && closeSync(descriptor) };
  }
}

/** Opens one component; undefined if it does not exist. */
function openNext(here, last) {
  try {
    const descriptor = openSync(here, O_PATH | O_NOFOLLOW | (last ? 0 : O_DIRECTORY));
    if (!last) return { descriptor };
    const stats = fstatSync(descriptor);
    if (!stats.isSymbolicLink()) return { descriptor, stats };
    closeSync(descriptor);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    if (error.code !== "ENOTDIR" || last) throw error;
    // It should be a folder, and is a link or something else.
    try {
      return { link: readlinkSync(here) };
    } catch (reason) {
      throw reason.code === "EINVAL" ? error : reason;
    }
  }
  return { link: readlinkSync(here) };
}
