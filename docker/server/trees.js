// Recursive file operations, done entry by entry with the functions of ./files.js. Node's own walk a tree by paths, where an agent can swap a
// folder for a link meanwhile. The functions here yield their steps, so that the synchronous and the promise forms share them.
import { dirname, join, resolve } from "node:path";

/** By the name of Node's function. They take the arguments of a call, the options last. */
export const trees = { cp: copy, mkdir: make, readdir: list, rm: remove, rmdir: remove };

/** Runs the steps synchronously, with the functions of `fs`. */
export function runNow(fs, steps) {
  for (let step = steps.next(); ; ) {
    if (step.done) return step.value;
    const [name, ...args] = step.value;
    let result;
    try {
      result = typeof name === "function" ? name(...args) : fs[`${name}Sync`](...args);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
}

/** Runs the steps with the functions of `fs.promises`. */
export async function runSoon(fs, steps) {
  for (let step = steps.next(); ; ) {
    if (step.done) return step.value;
    const [name, ...args] = step.value;
    let result;
    try {
      result = await (typeof name === "function" ? name(...args) : fs.promises[name](...args));
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
}

const missing = (error) => error.code === "ENOENT" || error.code === "ENOTDIR";

function mistake(code, syscall, path, text) {
  return Object.assign(new Error(`${text}: ${syscall} '${path}'`), { code, syscall, path });
}

function* lookSelf(path) {
  try {
    return yield ["lstat", path];
  } catch (error) {
    if (missing(error)) return undefined;
    throw error;
  }
}

/** Returns the first folder that it made. */
function* make(path, { mode } = {}) {
  try {
    if ((yield ["stat", path]).isDirectory()) return undefined;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  try {
    yield ["mkdir", path, mode];
    return path;
  } catch (error) {
    if (error.code === "EEXIST") {
      // Somebody else made it meanwhile.
      if ((yield ["stat", path]).isDirectory()) return undefined;
      throw error;
    }
    if (error.code !== "ENOENT" || dirname(path) === path) throw error;
  }
  const first = yield* make(dirname(resolve(path)), { mode });
  yield* make(path, { mode });
  return first;
}

function* list(path, options) {
  const { withFileTypes, encoding } = options;
  const entries = yield ["readdir", path, { encoding: "utf8", withFileTypes: true }];
  const found = [];
  for (const entry of entries) {
    found.push(withFileTypes ? entry : encoding === "buffer" ? Buffer.from(entry.name) : entry.name);
    if (!entry.isDirectory()) continue;
    const below = yield* list(join(path, entry.name), { withFileTypes, encoding: "utf8" });
    for (const inner of below) {
      const name = withFileTypes ? inner : join(entry.name, inner);
      found.push(!withFileTypes && encoding === "buffer" ? Buffer.from(name) : name);
    }
  }
  return found;
}

function* remove(path, { recursive, force } = {}) {
  const stats = yield* lookSelf(path);
  if (!stats) {
    // This throws that it is missing.
    if (!force) yield ["lstat", path];
    return;
  }
  if (!stats.isDirectory()) {
    yield* leave(path, "unlink");
    return;
  }
  if (!recursive) throw mistake("ERR_FS_EISDIR", "rm", path, "Path is a directory");
  for (const entry of yield ["readdir", path, { withFileTypes: true }]) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) yield* remove(inner, { recursive, force: true });
    else yield* leave(inner, "unlink");
  }
  yield* leave(path, "rmdir");
}

/** Removes one entry. It is no error if somebody else did so meanwhile. */
function* leave(path, how) {
  try {
    yield [how, path];
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

function* copy(from, to, options = {}) {
  if (resolve(to).startsWith(`${resolve(from)}/`))
    throw mistake("ERR_FS_CP_EINVAL", "cp", to, "Cannot copy a folder into itself");
  yield* make(dirname(resolve(to)));
  yield* copyOne(from, to, options);
}

function* copyOne(from, to, options) {
  const { filter, dereference, force = true, errorOnExist, recursive } = options;
  if (filter && !(yield [filter, from, to])) return;
  const stats = yield [dereference ? "stat" : "lstat", from];
  const there = yield* lookSelf(to);
  if (stats.isDirectory()) {
    if (!recursive)
      throw mistake("ERR_FS_EISDIR", "cp", from, "Recursive option not enabled, cannot copy a folder");
    if (there && !there.isDirectory())
      throw mistake("ERR_FS_CP_DIR_TO_NON_DIR", "cp", to, "Cannot overwrite a file with a folder");
    if (!there) yield ["mkdir", to];
    for (const name of yield ["readdir", from]) yield* copyOne(join(from, name), join(to, name), options);
    if (!there) yield ["chmod", to, stats.mode];
    return;
  }
  if (!stats.isFile() && !stats.isSymbolicLink())
    throw mistake("ERR_FS_CP_UNKNOWN", "cp", from, "Can copy only files, folders and links");
  if (there?.isDirectory())
    throw mistake("ERR_FS_CP_NON_DIR_TO_DIR", "cp", to, "Cannot overwrite a folder with a file");
  if (there && !force) {
    if (errorOnExist) throw mistake("ERR_FS_CP_EEXIST", "cp", to, "Target already exists");
    return;
  }
  if (there) yield ["unlink", to];
  if (stats.isFile()) yield* copyFile(from, to, stats, options);
  else yield* copyLink(from, to, options);
}

function* copyFile(from, to, stats, { mode = 0, preserveTimestamps }) {
  yield ["copyFile", from, to, mode];
  if (preserveTimestamps) yield ["utimes", to, stats.atime, stats.mtime];
}

function* copyLink(from, to, { verbatimSymlinks }) {
  const leads = yield ["readlink", from];
  yield ["symlink", verbatimSymlinks ? leads : resolve(dirname(from), leads), to];
}
