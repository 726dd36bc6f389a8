// The digest of a build context as the real plugin computes it. It is an input of the image: when it changes, the image is built.
import { createHash, type Hash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import { getSystemErrorMessage } from "node:util";
import { contextFiles, matcherFor } from "./contextFiles.ts";
import { type IgnoreMatcher, readIgnorePatterns } from "./ignore.ts";
import { evalSymlinks } from "./symlinks.ts";

const typeLetters: [test: (stats: Stats) => boolean, letters: string][] = [
  [(stats) => stats.isSymbolicLink(), "L"],
  [(stats) => stats.isBlockDevice(), "D"],
  [(stats) => stats.isFIFO(), "p"],
  [({ mode }) => (mode & 0o4000) !== 0, "u"],
  [({ mode }) => (mode & 0o2000) !== 0, "g"],
  [(stats) => stats.isCharacterDevice(), "Dc"],
  [({ mode }) => (mode & 0o1000) !== 0, "t"],
];

/** Go's notation: `-rw-r--r--`, `Lrwxrwxrwx`, `urwxr-xr-x`. */
export function formatMode(stats: Stats): string {
  const letters = typeLetters.filter(([test]) => test(stats)).map(([, letter]) => letter);
  const permissions = [..."rwxrwxrwx"].map((letter, i) => ((stats.mode & (0o400 >> i)) !== 0 ? letter : "-"));
  return `${letters.join("") || "-"}${permissions.join("")}`;
}

async function contentDigest(path: string): Promise<Buffer> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    const { errno = 0, syscall } = error as NodeJS.ErrnoException;
    const doing = syscall === "read" ? "copy" : "open";
    throw new Error(
      `could not ${doing} file ${path}${doing === "copy" ? " to hash" : ""}: ${syscall} ${path}: ${getSystemErrorMessage(errno)}`,
      { cause: error },
    );
  }
  return hash.digest();
}

/** Where a link leads, rather than what is there: what it points at may be outside, or a folder. */
function linkDigest(path: string): Buffer {
  let target: string;
  try {
    target = evalSymlinks(path);
  } catch (error) {
    throw new Error(`could not evaluate symlink at ${path}: ${(error as Error).message}`, { cause: error });
  }
  return createHash("sha256").update(target).digest();
}

async function digestOf(path: string, stats: Stats): Promise<Buffer> {
  if (stats.isSymbolicLink()) return linkDigest(path);
  if (stats.isFIFO() || stats.isCharacterDevice() || stats.isBlockDevice())
    return createHash("sha256").digest();
  return contentDigest(path);
}

function add(total: Hash, name: string, mode: string, digest: Buffer): void {
  total.update(name).update(mode).update(digest).update("\0");
}

const goneCodes = ["ENOENT", "ENOTDIR"];

function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return goneCodes.includes((error as NodeJS.ErrnoException).code ?? "") || isGone(error.cause);
}

/** At a link that leads nowhere the real plugin leaves out the rest of that folder, without a word. */
async function addFiles(total: Hash, context: string, matcher: IgnoreMatcher): Promise<void> {
  let left: string | undefined;
  for (const { path, stats } of contextFiles(context, matcher)) {
    if (left !== undefined && path.startsWith(left)) continue;
    left = undefined;
    if (stats.isDirectory()) continue;
    try {
      add(total, normalize(path), formatMode(stats), await digestOf(join(context, path), stats));
    } catch (error) {
      if (!isGone(error)) throw new Error(`error while hashing "${path}": ${(error as Error).message}`);
      left = path.slice(0, path.lastIndexOf("/") + 1);
    }
  }
}

/**
 * SHA-256 in hex.
 * @param context relative to the program's folder; links in it count by the path they resolve to
 * @param dockerfile always counts, under the name Dockerfile, wherever it is
 */
export async function contextDigest(context: string, dockerfile: string): Promise<string> {
  const patterns = readIgnorePatterns(dockerfile, context);
  const total = createHash("sha256");
  const dockerfileDigest = await contentDigest(dockerfile).catch((error) => {
    throw new Error(`error hashing dockerfile "${dockerfile}": ${error.message}`);
  });
  add(total, "Dockerfile", "----------", dockerfileDigest);
  try {
    await addFiles(total, context, matcherFor(patterns));
  } catch (error) {
    throw new Error(`unable to hash build context: ${(error as Error).message}`);
  }
  return total.digest("hex");
}
