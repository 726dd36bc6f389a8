/**
 * The cache for everything that is fetched or built once per machine. It is outside the repository, and all checkouts share it:
 * $XDG_CACHE_HOME/paperclip-on-fly, or ~/.cache/paperclip-on-fly if that variable is not set.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
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
    const partial = await mkdtemp(`${folder}.partial-`);
    try {
      await make(partial);
      await rename(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return folder;
  });
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
