import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { FormData, request } from "undici";
import type { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, tailnet } from "./machine.ts";

/** A company's package as the API has it: texts, and other files in base64. */
export interface CompanyPackage {
  rootPath: string;
  files: Record<string, string | { encoding: "base64"; data: string }>;
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What the page of a person who is signed in sends with each request. */
function headersOf(person: PaperclipClient): Record<string, string> {
  const host = `${appName}.${tailnet}`;
  const origin = `https://${host}`;
  return {
    host,
    origin,
    referer: origin,
    "x-forwarded-proto": "https",
    cookie: person.session.join("; "),
  };
}

/** Uploads a file as a page does, with further fields of its form. */
export async function upload(
  url: string,
  person: PaperclipClient,
  file: { field: string; bytes: Uint8Array<ArrayBuffer>; type?: string },
  fields: Record<string, string> = {},
): Promise<{ status: number; body: { error?: string } }> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append(file.field, new Blob([file.bytes], { type: file.type ?? "application/zip" }), "file.zip");
  const options = { method: "POST", headers: headersOf(person), body, reset: true } as const;
  const response = await request(url, options);
  return { status: response.statusCode, body: (await response.body.json()) as { error?: string } };
}

/** The files of a package that are not texts. */
export const blobsOf = ({ files }: CompanyPackage): { path: string; bytes: Buffer }[] =>
  Object.entries(files).flatMap(([path, entry]) =>
    typeof entry === "string" ? [] : [{ path, bytes: Buffer.from(entry.data, "base64") }],
  );

/** The .zip that a page makes of a package: nothing in it is compressed. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function zipOf({ rootPath, files }: CompanyPackage): Buffer<ArrayBuffer> {
  const contents: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, entry] of Object.entries(files)) {
    const name = Buffer.from(`${rootPath}/${path}`);
    const bytes = typeof entry === "string" ? Buffer.from(entry) : Buffer.from(entry.data, "base64");
    // Version, flags (names in UTF-8), method and date; checksum, sizes; lengths of the name and of nothing else.
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(0x0800, 2);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(name.length, 22);
    contents.push(Buffer.from("PK\x03\x04"), facts, name, bytes);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\0"), facts, place, name);
    offset += 4 + facts.length + name.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...contents, ...directory, end]);
}
