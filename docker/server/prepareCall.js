// Finds out where the paths of a call of Node's file functions are (./walk.js), and afterwards reports them as the caller gave them.
import fs from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { flagsOf } from "./fileCalls.js";
import { failure } from "./walk.js";

// Node's own functions: ./files.js replaces them.
const { closeSync, constants, openSync } = fs;
const { COPYFILE_EXCL, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;
/** The bits of the flags that say read, write or both. */
const O_ACCMODE = 3;

/** A path as text; undefined for anything else, which Node itself judges: a descriptor, an open file, a mistake. */
export function pathOf(path) {
  const text = path?.href ? fileURLToPath(path) : path instanceof Uint8Array ? textOf(path) : path;
  return typeof text === "string" && text !== "" && !text.includes("\0") ? text : undefined;
}

function textOf(bytes) {
  const text = Buffer.from(bytes).toString();
  if (!Buffer.from(text).equals(bytes)) throw failure("EACCES", "open", text, "the name is not valid UTF-8");
  return text;
}

/** Most calls are about these files, which no agent can change. */
export const isProgram = (path) =>
  typeof path === "string" && path.startsWith("/usr/") && !path.includes("..");

/**
 * Prepares a call: where its paths are, the arguments that say so, and what has to be closed afterwards.
 *
 * @returns {{ args: any[], at: import("./walk.js").Location[], asked: string[], close: () => void }}
 */
export function prepare({ name, call, locate }, given) {
  const args = [...given];
  const at = [];
  const asked = [];
  const close = () => {
    for (const location of at) location?.close();
  };
  try {
    call.paths.forEach((done, index) => {
      const path = done && pathOf(args[index]);
      if (path === undefined) return;
      asked[index] = path;
      at[index] = call.flags ? open(path) : call.copies && done === "make" ? target(path) : reach(path, done);
      args[index] = at[index].at;
    });
  } catch (error) {
    close();
    throw told(error, { at: [], asked: asked.slice(-1) });
  }
  return { args, at, asked, close };

  function reach(path, done) {
    const [intent] = /^[a-z]+/.exec(done);
    if (call.yields !== "path") return locate(path, { intent, follow: intent === done, syscall: name });
    // The beginning of a name. It can be empty.
    const location = locate(`${path}_`, { intent, follow: false, syscall: name });
    return { ...location, at: location.at.slice(0, -1), real: location.real.slice(0, -1) };
  }

  /** A file that is opened, created or truncated as the flags say. */
  function open(path) {
    const { from, option, normally } = call.flags;
    const options = args[from];
    const flags = flagsOf(
      (option ? options?.[option] : typeof options === "function" ? undefined : options) ?? normally,
    );
    if (flags === undefined)
      throw Object.assign(new TypeError("no such flags"), { code: "ERR_INVALID_ARG_VALUE" });
    const makes = (flags & O_CREAT) !== 0;
    const writes = makes || (flags & O_TRUNC) !== 0 || (flags & O_ACCMODE) !== 0;
    const self = (flags & O_NOFOLLOW) !== 0 || (makes && (flags & O_EXCL) !== 0);
    const intent = writes ? "write" : "read";
    const location = locate(path, { intent, follow: !self, make: makes, syscall: "open" });
    if (location.at === location.real) return location;
    // An open file is named by a link of the kernel's, which has to be followed. A file that does not exist yet could be a link or a pipe by then.
    const safe = location.stats ? flags & ~O_NOFOLLOW : flags | O_NOFOLLOW | O_NONBLOCK;
    if (option) {
      const others =
        typeof options === "string" ? { encoding: options } : typeof options === "object" ? options : {};
      const changed = { ...others, [option]: safe };
      if (typeof options === "function") args.splice(from, 0, changed);
      else args[from] = changed;
    } else if (typeof options === "function") args.splice(from, 0, safe);
    else args[from] = safe;
    return location;
  }

  /** The target of a copy. It is opened here, because Node would follow a link that has appeared meanwhile. */
  function target(path) {
    const mode = args[2] ?? 0;
    const exclusive = (mode & COPYFILE_EXCL) !== 0;
    const location = locate(path, { intent: "write", follow: !exclusive, make: true, syscall: "copyfile" });
    if (location.at === location.real) return location;
    try {
      const flags =
        O_WRONLY | O_CREAT | O_NONBLOCK | (exclusive ? O_EXCL : 0) | (location.stats ? 0 : O_NOFOLLOW);
      const descriptor = openSync(location.at, flags, 0o600);
      if (typeof args[2] === "number") args[2] = mode & ~COPYFILE_EXCL;
      return { ...location, at: `/proc/self/fd/${descriptor}`, close: () => closeSync(descriptor) };
    } finally {
      location.close();
    }
  }
}

/** An error that names the paths that the caller gave. */
export function told(error, { at, asked }) {
  if (typeof error !== "object" || error === null) return error;
  const names = [...asked.entries()].filter(([, path]) => path !== undefined);
  for (const key of ["path", "dest"]) {
    if (typeof error[key] !== "string" || !error[key].startsWith("/proc/self/fd/")) continue;
    const [index = key === "path" ? 0 : 1] =
      names.find(([index]) => error[key].startsWith(at[index]?.at ?? "\0")) ?? [];
    const path = asked[index] ?? names[0]?.[1];
    if (path === undefined) continue;
    error.message = error.message.replaceAll(error[key], path);
    error[key] = path;
  }
  return error;
}

/** The result of a call, with real paths in it. */
export function yielded({ call }, result, { at: [location] }) {
  if (!call.yields || !location || location.at === location.real) return result;
  const named = (entry) => {
    if (entry && typeof entry === "object" && "parentPath" in entry) entry.parentPath = location.real;
    return entry;
  };
  if (call.yields === "path") {
    const path = location.real.slice(0, location.real.lastIndexOf("/") + 1) + basename(String(result));
    return typeof result === "string" ? path : Buffer.from(path);
  }
  if (call.yields === "entries") return result.map(named);
  if (call.yields === "folder") return folder(result, location.real, named);
  return result;
}

/** A folder that is read entry by entry. */
function folder(opened, path, named) {
  const read = opened.read.bind(opened);
  const readSync = opened.readSync.bind(opened);
  const entries = async function* entries() {
    try {
      for (let entry = await read(); entry; entry = await read()) yield named(entry);
    } finally {
      await opened.close();
    }
  };
  return Object.defineProperties(opened, {
    path: { value: path },
    read: {
      value: (callback) =>
        callback ? read((error, entry) => callback(error, named(entry))) : read().then(named),
    },
    readSync: { value: () => named(readSync()) },
    entries: { value: entries },
    [Symbol.asyncIterator]: { value: entries },
  });
}
