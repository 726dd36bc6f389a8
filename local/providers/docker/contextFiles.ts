// The files of a build context, in the order and with the exceptions that .dockerignore asks for.
import { type Dirent, lstatSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { join } from "node:path";
import dockerIgnore, { type Ignore } from "@balena/dockerignore";
import { notServed } from "../provider.ts";

export interface ContextFile {
  /** Relative to the context, with forward slashes. */
  path: string;
  stats: Stats;
}

/** By bytes: other orders would give other digests. */
const byName = (one: Dirent, other: Dirent) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));

/** Of `Dockerfile.dockerignore` and `.dockerignore` the first that exists. */
export function ignorePatterns(context: string): string[] {
  for (const name of ["Dockerfile.dockerignore", ".dockerignore"]) {
    try {
      return readFileSync(join(context, name), "utf8")
        .replace(/^\uFEFF/, "")
        .split(/\r?\n/);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return [];
}

/** Where the library reads a pattern otherwise than Docker does, or takes one that Docker calls malformed. */
const unlikeDocker = /[\\[\]+(){}|^]/;

/** Folders come before what is in them. An ignored folder is entered when an exception could lie inside. */
export function* contextFiles(
  context: string,
  patterns: string[] = ignorePatterns(context),
): Generator<ContextFile> {
  const stranger = patterns.find((pattern) => !pattern.startsWith("#") && unlikeDocker.test(pattern));
  if (stranger !== undefined) throw notServed("docker", `the pattern ${stranger} in .dockerignore`);
  const ignore = dockerIgnore.default({ ignorecase: false }).add(patterns);
  const hasExceptions = patterns.some((pattern) => pattern.trim().startsWith("!"));
  yield* walk(context, "", ignore, hasExceptions);
}

function* walk(
  context: string,
  folder: string,
  ignore: Ignore,
  hasExceptions: boolean,
): Generator<ContextFile> {
  for (const entry of readdirSync(join(context, folder), { withFileTypes: true }).sort(byName)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const ignored = ignore.ignores(path);
    if (!ignored) yield { path, stats: lstatSync(join(context, path)) };
    if (entry.isDirectory() && (!ignored || hasExceptions)) yield* walk(context, path, ignore, hasExceptions);
  }
}
