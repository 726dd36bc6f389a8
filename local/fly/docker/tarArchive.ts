import { Header } from "tar";

interface TarEntry {
  /** Relative; a folder's ends in `/`. */
  path: string;
  /** Permission bits. */
  mode: number;
}

const blockSize = 512;

/** A tar archive of root-owned, empty entries, as Docker's archive endpoint takes it. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap(({ path, mode }) => {
    const header = Buffer.alloc(blockSize);
    const needsPax = new Header({
      path,
      mode,
      uid: 0,
      gid: 0,
      size: 0,
      mtime: new Date(),
      type: path.endsWith("/") ? "Directory" : "File",
    }).encode(header);
    if (needsPax) throw new Error(`${path} does not fit into a plain tar header`);
    return [header];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockSize)]);
}
