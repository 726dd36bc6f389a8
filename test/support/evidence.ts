import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { secretForms } from "./secretForms.ts";

interface Piece {
  /** The kind of place, e.g. `state`. */
  place: string;
  /** Where exactly, e.g. a file's name. */
  where: string;
  content: Buffer;
}

/** Texts from places where no secret is allowed, kept until all secrets are known. */
export class Evidence {
  readonly #pieces: Piece[] = [];
  readonly #known = new Set<string>();

  add(place: string, where: string, content: string | Buffer): void {
    const buffer = Buffer.from(content);
    const key = createHash("sha256").update(`${place}\0${where}\0`).update(buffer).digest("hex");
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#pieces.push({ place, where, content: buffer });
    if (buffer[0] === 0x1f && buffer[1] === 0x8b) this.add(place, `${where}, unpacked`, gunzipSync(buffer));
  }

  /** Adds the names and contents of all files of a folder. A file that disappears meanwhile counts as empty. */
  async addFolder(place: string, folder: string): Promise<void> {
    this.add(place, "names of files", folder);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await this.addFolder(place, path);
      if (entry.isFile()) this.add(place, path, await readFile(path).catch(() => ""));
    }
  }

  /** Bytes that were looked at, by place. */
  get sizes(): Record<string, number> {
    const sizes: Record<string, number> = {};
    for (const { place, content } of this.#pieces) sizes[place] = (sizes[place] ?? 0) + content.length;
    return sizes;
  }

  /** Which secrets were found, where, and in which form; never their values. */
  hits(secrets: ReadonlyMap<string, string>): string[] {
    const found = [...secrets].flatMap(([name, value]) =>
      secretForms(value).flatMap(({ form, text }) =>
        this.#pieces
          .filter(({ content }) => content.includes(text))
          .map(({ place, where }) => `${place}: ${name} (${form}) in ${relative(process.cwd(), where)}`),
      ),
    );
    return [...new Set(found)];
  }
}
