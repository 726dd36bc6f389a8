// How the server gets to a file where agents write: component by component, each opened without following a link (O_NOFOLLOW), and then from
// what is open (/proc/self/fd/N/name), so that nothing can be exchanged between a look and its use. A link is read here and its target
// walked to in the same way, if it may lead there. Nothing of it is left to the kernel.
import fs from "node:fs";
import { dirname, join, resolve } from "node:path";
import { changes, mayLead, mayReach } from "./places.js";

// As Node has them: ./files.js puts others in their place.
const { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } = fs;
const { O_DIRECTORY, O_NOFOLLOW } = constants;
/** Node has no name for it: open without any right to what is there. */
const O_PATH = 0o10000000;
/** As the kernel's. */
const mostLinks = 40;

const opened = new RegExp(`^/(?:proc/(?:self|${process.pid})|dev)/fd/(\\d+)(/.*)?$`);

const messages = {
  EACCES: [-13, "permission denied"],
  ELOOP: [-40, "too many symbolic links encountered"],
  ENOENT: [-2, "no such file or directory"],
  ENXIO: [-6, "no such device or address"],
};

/** An error as Node makes them. `why` goes behind what Node would say. */
export function failure(code, syscall, path, why) {
  const [errno, message] = messages[code];
  const text = `${code}: ${message}${why ? ` (${why})` : ""}, ${syscall} '${path}'`;
  return Object.assign(new Error(text), { errno, code, syscall, path });
}

/**
 * Where something is.
 *
 * @typedef {object} Location
 * @property {string} at what to give to Node's own functions: it names only what is open, and a last name in it
 * @property {string} real its path without links
 * @property {fs.Stats} [stats] of what is there, unless it is a last name
 * @property {() => void} close
 */

/**
 * @param {(path: string) => import("./places.js").Place} placeOf
 * @param {string[]} kept places that the module keeps which asks
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
    let target = withoutDescriptor(resolve(path)) ?? refuse("EACCES", "it is open as no file");
    /** Where the first link was that an agent has made. */
    let ledFrom;
    for (let links = 0; links <= mostLinks; links++) {
      const place = placeOf(target);
      if (ledFrom && !mayLead(ledFrom, place, intent)) refuse("ELOOP", "a link leads out of its place");
      if (!mayReach(place, intent, kept)) refuse(isMissing(target, intent) ? "ENOENT" : "EACCES");
      // Where another process is leads anywhere.
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

  /** Tells apart what is not there, which Paperclip often asks, and what is not to be reached. */
  function isMissing(path, intent) {
    if (changes(intent)) return false;
    try {
      lstatSync(path);
      return false;
    } catch ({ code }) {
      return code === "ENOENT" || code === "ENOTDIR";
    }
  }

  /** What may wait for ever or act when it is opened, and another name of a file of the server's. */
  function checkKind(found, intent, refuse) {
    const { stats } = found;
    if (intent === "look" || stats.isDirectory()) return;
    if (stats.isFile() && !(stats.nlink > 1 && stats.uid === process.geteuid())) return;
    found.close();
    if (!stats.isFile()) refuse("ENXIO", "neither file nor folder");
    refuse("EACCES", "the server's file has a second name");
  }
}

/** The path of something that this process has open, for a path that names it by its number; any other path as it is. */
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

/** Walks to a path as far as the first link. Returns where it is, or the path that the link leads to as `link`. */
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

  /** What was reached stays open until it has been used. */
  function keep(location) {
    const descriptor = folder;
    folder = undefined;
    return { ...location, close: () => descriptor !== undefined && closeSync(descriptor) };
  }
}

/** Opens one component; undefined where there is none. */
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
    // A folder was wanted, and there is a link or something else.
    try {
      return { link: readlinkSync(here) };
    } catch (reason) {
      throw reason.code === "EINVAL" ? error : reason;
    }
  }
  return { link: readlinkSync(here) };
}
