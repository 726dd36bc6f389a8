// The files of a build context, in the order and with the exceptions that .dockerignore asks for.
import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { type FolderMatches, IgnoreMatcher } from "./ignore.ts";

export interface ContextFile {
  /** Relative to the context, with forward slashes. */
  path: string;
  stats: Stats;
}

/** By bytes: other orders would give other digests. */
const byName = (one: Dirent, other: Dirent) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));

/** Folders come before what is in them. An ignored folder is entered when an exception could lie inside. */
export function* contextFiles(context: string, matcher: IgnoreMatcher): Generator<ContextFile> {
  yield* walk(context, "", matcher, undefined);
}

function* walk(
  context: string,
  folder: string,
  matcher: IgnoreMatcher,
  folderMatches: FolderMatches | undefined,
): Generator<ContextFile> {
  for (const entry of readdirSync(join(context, folder), { withFileTypes: true }).sort(byName)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const { ignored, matches } = matcher.match(path, folderMatches);
    if (!ignored) yield { path, stats: lstatSync(join(context, path)) };
    if (entry.isDirectory() && (!ignored || matcher.hasExceptions))
      yield* walk(context, path, matcher, matches);
  }
}

/** @throws with the patterns, when one of them is malformed */
export function matcherFor(patterns: string[]): IgnoreMatcher {
  try {
    return new IgnoreMatcher(patterns);
  } catch (error) {
    throw new Error(`invalid excludepatterns: [${patterns.join(" ")}]: ${(error as Error).message}`);
  }
}
