/**
 * Makes every checkout build the same image. Pulumi's Docker provider and the builder's cache both count a file's whole mode. But git keeps
 * only the owner's right to execute, and the umask decides the rest.
 */
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The permissions that a fresh checkout has under the usual umask, 022. */
export const settledMode = (mode: number, isDirectory: boolean) =>
  isDirectory || (mode & 0o100) !== 0 ? 0o755 : 0o644;

/**
 * Gives a build context's folder and everything in it the modes of a fresh checkout, except links, which have none, and node_modules, which
 * is no part of an image.
 *
 * @returns the paths that keep another mode: somebody else's files, or those of a file system that has no modes
 */
export function settleModes(path: string): string[] {
  const stats = lstatSync(path);
  if (!stats.isDirectory() && !stats.isFile()) return [];
  const own = settle(path, stats.mode & 0o7777, settledMode(stats.mode, stats.isDirectory())) ? [] : [path];
  if (!stats.isDirectory()) return own;
  const inside = readdirSync(path).filter((name) => name !== "node_modules");
  return [...own, ...inside.flatMap((name) => settleModes(join(path, name)))];
}

function settle(path: string, mode: number, wanted: number): boolean {
  if (mode === wanted) return true;
  try {
    chmodSync(path, wanted);
  } catch {
    return false;
  }
  return (lstatSync(path).mode & 0o7777) === wanted;
}
