/**
 * What is fetched or built once for a machine is kept in a cache outside the repository, shared by all checkouts:
 * $XDG_CACHE_HOME/paperclip-on-fly, else ~/.cache/paperclip-on-fly.
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
 * The folder `cache/NAME`, made by `make` if it is not there. It appears only when it is complete, and two processes that want it at
 * once make it once.
 *
 * @param make fills the empty folder it is given.
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

/** Does what no two processes may do at once that share this cache; the others wait. */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const path = join(cacheDirectory(), name);
  await mkdir(dirname(path), { recursive: true });
  // What the lock is named after need not be there. A holder that died is noticed when its lock is no longer refreshed.
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
