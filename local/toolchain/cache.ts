/**
 * The cache for everything that is fetched or built once per machine. It is outside the repository, and all checkouts share it:
 * $XDG_CACHE_HOME/paperclip-on-fly, or ~/.cache/paperclip-on-fly if that variable is not set.
 */
import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { constants, homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import lockfile from "proper-lockfile";

export const cacheDirectory = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "paperclip-on-fly");

/** The first digits of a hash over texts, to name what was made from them. */
export const hashOf = (...texts: string[]) =>
  createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);

/**
 * The folder `cache/NAME`, made by `make` if it is not there. It appears only once it is complete, and two processes that want it at the
 * same time make it once.
 *
 * @param make fills the empty folder that it is given.
 * @returns the folder's path.
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheDirectory(), name);
  if (existsSync(folder)) return folder;
  return oneAtATime(name, async () => {
    if (existsSync(folder)) return folder;
    await unfinishedFolder(folder, async (partial) => {
      await make(partial);
      await rename(partial, folder);
    });
    return folder;
  });
}

/**
 * Runs work in an empty folder that is gone afterwards, whatever ends the work: an error, a signal (`endOnSignal`), or, at the next time, a
 * crash. Only one process at a time does work of one name.
 */
export const inWorkFolder = <T>(name: string, work: (folder: string) => Promise<T>): Promise<T> =>
  oneAtATime(name, () => unfinishedFolder(join(cacheDirectory(), name), work));

/** Folders that are gone when this process ends. */
const unfinished = new Set<string>();
process.on("exit", () => {
  for (const folder of unfinished) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** The caller has the lock of the name, so a folder of an earlier try belongs to nobody. */
async function unfinishedFolder<T>(path: string, work: (folder: string) => Promise<T>): Promise<T> {
  const prefix = `${basename(path)}.partial-`;
  for (const name of await readdir(dirname(path)))
    if (name.startsWith(prefix)) await rm(join(dirname(path), name), { recursive: true, force: true });
  const folder = await mkdtemp(join(dirname(path), prefix));
  unfinished.add(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    unfinished.delete(folder);
  }
}

/**
 * Ends this process on a signal in the way that removes what is not finished: a signal alone ends it on the spot. The programs that it has
 * started end with it. Whatever else listens comes first, e.g. to show the cursor again.
 *
 * @returns stops that
 */
export function endOnSignal(): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const end = (signal: (typeof signals)[number]) =>
    setImmediate(() => process.exit(128 + constants.signals[signal]));
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/** Runs work that only one process at a time is allowed to do on this cache; the others wait. */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const path = join(cacheDirectory(), name);
  await mkdir(dirname(path), { recursive: true });
  // A lock needs no file of its name. If its holder dies, nobody refreshes the lock, and it becomes stale.
  const release = await lockfile.lock(path, {
    realpath: false,
    stale: 20_000,
    retries: { retries: 3600, minTimeout: 500, maxTimeout: 2000 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
