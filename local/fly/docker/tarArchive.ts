import { Header } from "tar";

export interface TarEntry {
  /** Relative; a folder's ends in `/`. */
  path: string;
  /** Permission bits. */
  mode: number;
  content?: Buffer;
}

const blockSize = 512;

/** A tar archive of root-owned entries, as Docker's archive endpoint takes it. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap(({ path, mode, content = Buffer.alloc(0) }) => {
    const header = Buffer.alloc(blockSize);
    const needsPax = new Header({
      path,
      mode,
      uid: 0,
      gid: 0,
      size: content.length,
      mtime: new Date(),
      type: path.endsWith("/") ? "Directory" : "File",
    }).encode(header);
    if (needsPax) throw new Error(`${path} does not fit into a plain tar header`);
    const padding = Buffer.alloc((blockSize - (content.length % blockSize)) % blockSize);
    return [header, content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockSize)]);
}
