// Which of Node's file functions take a path, and what they do with it. Each is named by its callback form; the `Sync` and promise forms do the
// same. A function of a new Node.js that is in none of these lists fails a test by its name (test/unit/docker/keptFiles.test.ts).

/**
 * `paths`: the arguments that are paths, in this order, each with what the function does there:
 *
 *   look, read, write                   at what the path leads to
 *   lookSelf, readSelf, writeSelf       at what has the name, also a link
 *   folderSelf                          a folder is made
 *   make                                at what the path leads to, or it is made: the flags say which
 *
 * `yields`: the part of the result that is a path. `tree`: where agents write, ./trees.js does it entry by entry.
 */
export const calls = {
  access: { paths: ["look"] },
  appendFile: { paths: ["make"], flags: { from: 2, option: "flag", normally: "a" } },
  chmod: { paths: ["write"] },
  chown: { paths: ["write"] },
  copyFile: { paths: ["read", "make"], copies: true },
  cp: { paths: ["read", "writeSelf"], tree: () => true },
  exists: { paths: ["look"] },
  lchown: { paths: ["writeSelf"] },
  link: { paths: ["writeSelf", "writeSelf"] },
  lstat: { paths: ["lookSelf"] },
  lutimes: { paths: ["writeSelf"] },
  mkdir: { paths: ["folderSelf"], tree: ({ recursive }) => recursive },
  mkdtemp: { paths: ["writeSelf"], yields: "path" },
  open: { paths: ["make"], flags: { from: 1, normally: "r" } },
  opendir: { paths: ["read"], yields: "folder", refuses: ({ recursive }) => recursive },
  readdir: { paths: ["read"], yields: "entries", tree: ({ recursive }) => recursive },
  readFile: { paths: ["make"], flags: { from: 1, option: "flag", normally: "r" } },
  readlink: { paths: ["readSelf"] },
  realpath: { paths: ["look"], yields: "real" },
  rename: { paths: ["writeSelf", "writeSelf"] },
  rm: { paths: ["writeSelf"], tree: () => true },
  rmdir: { paths: ["writeSelf"], tree: ({ recursive }) => recursive },
  stat: { paths: ["look"] },
  statfs: { paths: ["look"] },
  symlink: { paths: [undefined, "writeSelf"] },
  truncate: { paths: ["write"] },
  unlink: { paths: ["writeSelf"] },
  utimes: { paths: ["write"] },
  watch: { paths: ["read"], refuses: ({ recursive }) => recursive },
  writeFile: { paths: ["make"], flags: { from: 2, option: "flag", normally: "w" } },
};

/** Functions that do not work where agents write, because they open the path later, again, or on their own. Paperclip uses none of them. */
export const refused = ["openAsBlob", "watchFile", "mkdtempDisposable"];

/** Functions that reach files through the functions above. */
export const byOthers = [
  ...["createReadStream", "createWriteStream", "ReadStream", "WriteStream"],
  ...["FileReadStream", "FileWriteStream", "Utf8Stream", "glob"],
];

/** Functions that take no path, or do not open it. */
export const pathless = [
  ...["close", "fchmod", "fchown", "fdatasync", "fstat", "fsync", "ftruncate", "futimes"],
  ...["read", "readv", "write", "writev", "unwatchFile", "_toUnixTimestamp", "Dir", "Dirent", "Stats"],
  // For macOS only.
  "lchmod",
];

const { constants } = process.getBuiltinModule("node:fs");
const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants;
const named = {
  r: O_RDONLY,
  "r+": O_RDWR,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  "w+": O_RDWR | O_CREAT | O_TRUNC,
  a: O_WRONLY | O_CREAT | O_APPEND,
  "a+": O_RDWR | O_CREAT | O_APPEND,
};

/** Node's flags as a number; undefined where they are not valid. `x` means "only if it does not exist", `s` means "write to the disk at once". */
export function flagsOf(flags) {
  if (typeof flags === "number") return flags;
  const letters = String(flags);
  const plain = named[letters.replace(/[xs]/g, "")];
  if (plain === undefined) return undefined;
  return plain | (letters.includes("x") ? O_EXCL : 0) | (letters.includes("s") ? O_SYNC : 0);
}
