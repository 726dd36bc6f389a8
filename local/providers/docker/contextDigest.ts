// The digest of a build context as the real plugin computes it. It is an input of the image: when it changes, the image is built.
import { createHash, type Hash } from "node:crypto";
import { createReadStream, realpathSync, type Stats } from "node:fs";
import { isAbsolute, join, normalize, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { contextFiles } from "./contextFiles.ts";
import { dockerfileOf } from "./imageInputs.ts";

const typeLetters: [test: (stats: Stats) => boolean, letter: string][] = [
  [(stats) => stats.isSymbolicLink(), "L"],
  [({ mode }) => (mode & 0o4000) !== 0, "u"],
  [({ mode }) => (mode & 0o2000) !== 0, "g"],
  [({ mode }) => (mode & 0o1000) !== 0, "t"],
];

/** Go's notation: `-rw-r--r--`, `Lrwxrwxrwx`, `urwxr-xr-x`. */
function formatMode(stats: Stats): string {
  const letters = typeLetters.filter(([test]) => test(stats)).map(([, letter]) => letter);
  const permissions = [..."rwxrwxrwx"].map((letter, i) => ((stats.mode & (0o400 >> i)) !== 0 ? letter : "-"));
  return `${letters.join("") || "-"}${permissions.join("")}`;
}

async function contentDigest(path: string): Promise<Buffer> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest();
}

/** Where a link leads, rather than what is there. A relative path stays relative, as with Go's filepath.EvalSymlinks. */
function linkDigest(path: string): Buffer {
  const target = realpathSync(path);
  const shown = isAbsolute(path) ? target : relative(realpathSync("."), target);
  return createHash("sha256").update(shown).digest();
}

function digestOf(path: string, stats: Stats): Buffer | Promise<Buffer> {
  if (stats.isSymbolicLink()) return linkDigest(path);
  if (stats.isFile()) return contentDigest(path);
  throw new Error("it is no file, no folder and no link");
}

function add(total: Hash, name: string, mode: string, digest: Buffer): void {
  total.update(name).update(mode).update(digest).update("\0");
}

/**
 * SHA-256 in hex.
 *
 * @param context relative to the program's folder; links in it count by the path they resolve to
 * @throws Error with the file's name when one cannot be read; also for a link to nothing, at which the real plugin leaves out the rest of
 * that folder without a word
 */
export async function contextDigest(context: string): Promise<string> {
  const total = createHash("sha256");
  // The Dockerfile always counts, whatever .dockerignore says.
  add(total, "Dockerfile", "----------", await contentDigest(dockerfileOf(context)));
  for (const { path, stats } of contextFiles(context)) {
    if (stats.isDirectory()) continue;
    const digest = await Promise.resolve()
      .then(() => digestOf(join(context, path), stats))
      .catch((cause) => {
        throw new Error(`unable to hash build context: error while hashing "${path}": ${cause.message}`, {
          cause,
        });
      });
    add(total, normalize(path), formatMode(stats), digest);
  }
  return total.digest("hex");
}
