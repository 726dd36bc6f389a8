/** Tools from their makers' own archives. */
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { extract } from "tar";
import { cached } from "./cache.ts";
import { download, UnreachableError } from "./download.ts";
import type { OfficialArchive } from "./pins.ts";
import { silently } from "./progress.ts";

/**
 * The folder with the programs of an archive; undefined if this machine cannot reach the maker's server.
 *
 * @throws Error if a download has the wrong checksum or is cut off.
 */
export async function officialPrograms(
  archive: OfficialArchive,
  begin = silently,
): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  try {
    const begins = () => begin(`fetching ${archive.url}`, 1);
    const file = await download(archive, { begins });
    const folder = await cached(join("official", archive.sha256.slice(0, 16)), async (partial) => {
      await extract({ file, cwd: partial });
      for (const program of archive.programs) await access(join(partial, program));
    });
    return join(folder, dirname(archive.programs[0] ?? ""));
  } catch (error) {
    if (error instanceof UnreachableError) return undefined;
    throw error;
  }
}
