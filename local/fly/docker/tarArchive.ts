import { Header } from "tar";

interface TarEntry {
  /** Relative path; that of a folder ends in `/`. */
  path: string;
  /** Permission bits. */
  mode: number;
  /** What a file contains. Default: nothing. */
  content?: string;
}

const blockSize = 512;

/** A tar archive of entries owned by root, for Docker's archive endpoint. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap(({ path, mode, content = "" }) => {
    const header = Buffer.alloc(blockSize);
    const bytes = Buffer.from(content);
    const needsPax = new Header({
      path,
      mode,
      uid: 0,
      gid: 0,
      size: bytes.length,
      mtime: new Date(),
      type: path.endsWith("/") ? "Directory" : "File",
    }).encode(header);
    if (needsPax) throw new Error(`${path} does not fit into a plain tar header`);
    return [header, bytes, Buffer.alloc(-bytes.length & (blockSize - 1))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockSize)]);
}
