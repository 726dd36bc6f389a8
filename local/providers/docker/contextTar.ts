// A build context as the archive that the daemon takes: owned by root, without what .dockerignore leaves out.
import { randomBytes } from "node:crypto";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Readable } from "node:stream";
import { Header, Pack, ReadEntry, type WriteEntry } from "tar";
import { contextFiles, matcherFor } from "./contextFiles.ts";
import { readIgnorePatterns } from "./ignore.ts";
import { evalSymlinks } from "./symlinks.ts";

export interface ContextTar {
  tar: Readable;
  /** Relative to the context, `../` when it lies outside. */
  relativeDockerfile: string;
  /** Its name inside the archive. */
  dockerfileInTar: string;
}

function resolved(path: string, what: string): string {
  try {
    return evalSymlinks(resolve(path));
  } catch (error) {
    throw new Error(
      `error resolving context: unable to evaluate symlinks in ${what} path: ${(error as Error).message}`,
    );
  }
}

function realContext(context: string): string {
  const path = resolved(context, "context");
  if (!statSync(path).isDirectory())
    throw new Error(`error resolving context: context must be a directory: ${path}`);
  return path;
}

function checkReadable(root: string, path: string): void {
  try {
    accessSync(join(root, path), constants.R_OK);
  } catch {
    throw new Error(`error validating context: no permission to read from '${join(root, path)}'`);
  }
}

function addFile(pack: Pack, path: string, content: Buffer): void {
  const entry = new ReadEntry(
    new Header({ path, mode: 0o600, size: content.length, type: "File", mtime: new Date(), uid: 0, gid: 0 }),
  );
  pack.add(entry);
  entry.end(content);
}

/** By number alone: a user's name would be part of the build cache's key. */
function ownedByRoot(entry: WriteEntry): void {
  entry.myuser = "";
  if (entry.stat) Object.assign(entry.stat, { uid: 0, gid: 0 });
}

/** A Dockerfile from elsewhere goes in under a name of its own, and that name is ignored so that no COPY picks it up. */
function addOutsideDockerfile(
  pack: Pack,
  root: string,
  dockerfile: string,
  ignoreFileIsPacked: boolean,
): string {
  const name = `.dockerfile.${randomBytes(10).toString("hex")}`;
  addFile(pack, name, readFileSync(dockerfile));
  const ignored = ignoreFileIsPacked ? readFileSync(join(root, ".dockerignore"), "utf8") : ".dockerignore";
  addFile(pack, ".dockerignore", Buffer.from(`${ignored}\n${name}\n`));
  return name;
}

/** @param dockerfile relative to the program's folder, as is the context */
export function packContext(context: string, dockerfile: string): ContextTar {
  const root = realContext(context);
  const relativeDockerfile = relative(root, resolved(dockerfile, "Dockerfile"));
  const isInside = !relativeDockerfile.startsWith("../");
  // The daemon needs both of them, whatever the ignore file says, and keeps them from the image itself.
  const patterns = [...readIgnorePatterns(dockerfile, context), "!.dockerignore", `!${relativeDockerfile}`];
  const files = [...contextFiles(root, matcherFor(patterns))];
  for (const { path, stats } of files) if (stats.isFile()) checkReadable(root, path);

  const pack = new Pack({ cwd: root, noDirRecurse: true, onWriteEntry: ownedByRoot });
  const ignoreFileIsPacked = files.some(({ path }) => path === ".dockerignore");
  for (const { path, stats } of files) {
    if (!isInside && path === ".dockerignore") continue;
    if (stats.isFile() || stats.isDirectory() || stats.isSymbolicLink()) pack.write(path);
  }
  const dockerfileInTar = isInside
    ? relativeDockerfile
    : addOutsideDockerfile(pack, root, dockerfile, ignoreFileIsPacked);
  pack.end();
  return { tar: Readable.from(pack), relativeDockerfile, dockerfileInTar };
}
