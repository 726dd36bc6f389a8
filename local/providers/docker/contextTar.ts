// A build context as the archive that the daemon takes: owned by root, without what .dockerignore leaves out.
import { realpathSync } from "node:fs";
import { Readable } from "node:stream";
import { Pack, type WriteEntry } from "tar";
import { contextFiles, ignorePatterns } from "./contextFiles.ts";

/** By number alone, since a user's name would become part of the build cache's key. */
function ownedByRoot(entry: WriteEntry): void {
  entry.myuser = "";
  if (entry.stat) Object.assign(entry.stat, { uid: 0, gid: 0 });
}

/** @param context with a file named Dockerfile */
export function packContext(context: string): Readable {
  const cwd = realpathSync(context);
  // The daemon needs both, whatever the ignore file says. It keeps them out of the image itself.
  const patterns = [...ignorePatterns(cwd), "!.dockerignore", "!Dockerfile"];
  const pack = new Pack({ cwd, noDirRecurse: true, onWriteEntry: ownedByRoot });
  for (const { path, stats } of contextFiles(cwd, patterns)) {
    if (stats.isFile() || stats.isDirectory() || stats.isSymbolicLink()) pack.write(path);
  }
  pack.end();
  return Readable.from(pack);
}
