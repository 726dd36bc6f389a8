// Sends a company's package piece by piece. As Paperclip sends it, a package of 100 MB is in memory five times at once: as files, as base64, as
// one text of JSON, as its bytes and compressed. That ends the server in a machine of 1 GB, and nobody else gets an answer meanwhile.
//
// ../build/export.mjs says where Paperclip calls these functions.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { forgetPackage, packageOf } from "./imported.js";

/** How an entry that has no `data` yet is opened. A symbol, because no file of a package can have one. */
const opens = Symbol("opens");

/** Characters that are written at once, at least. */
const pieceLength = 65_536;

/** Bytes that are hashed at once. */
const atOnce = 4_000_000;

/** Milliseconds without progress after which a reader counts as gone, and the texts of its package leave the memory. */
const patience = 60_000;

/**
 * Reads a stored file once, and keeps what Paperclip asks of its bytes instead of them.
 *
 * @param {() => Promise<{ stream: AsyncIterable<Uint8Array> }>} open
 */
export async function measured(open) {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of (await open()).stream) {
    hash.update(chunk);
    length += chunk.length;
  }
  return { length, sha256: hash.digest("hex"), open };
}

/**
 * The SHA-256 of bytes in memory, in hexadecimal. In one go, 100 MB take seconds of a machine that has a sixteenth of a core.
 *
 * @param {Uint8Array} bytes
 */
export async function hashOf(bytes) {
  const hash = createHash("sha256");
  for (let from = 0; from < bytes.length; from += atOnce) {
    hash.update(bytes.subarray(from, from + atOnce));
    await new Promise(setImmediate);
  }
  return hash.digest("hex");
}

/** A package's entry for a file that `measured` has read: the file is read again when its turn to be sent comes. */
export const sentLater = ({ open }, contentType) => ({
  encoding: "base64",
  data: "",
  contentType,
  [opens]: open,
});

/** The end of the package that is being made. One is made at a time, so that two do not need their memory together. */
let last = Promise.resolve();

/**
 * Makes a package and answers with its JSON, which is what Paperclip's own `response.json` sends.
 *
 * @param response Express's
 * @param {() => Promise<object>} make
 */
export async function sendPackage(response, make) {
  const mine = last.then(() => (response.destroyed ? undefined : make()));
  last = mine.then(
    () => {},
    () => {},
  );
  const made = await mine;
  if (!made || response.destroyed) return;
  response.setTimeout(patience, () => response.destroy());
  response.type("json");
  // Paperclip's own compression would keep all of it.
  response.set("Cache-Control", "no-transform");
  const blobOf = blobsOf(packageOf());
  // The files of people are mostly compressed, and packing them again takes seconds of CPU.
  const packed = !Object.values(made.files).some(blobOf) && response.req.acceptsEncodings("gzip") === "gzip";
  if (packed) response.set("Content-Encoding", "gzip").vary("Accept-Encoding");
  const pieces = Readable.from(inPieces(jsonOf(made, blobOf)), { highWaterMark: 1 });
  await pipeline([pieces, ...(packed ? [createGzip()] : []), response])
    .catch((error) => {
      // The head is sent: a reader learns of the failure by the answer's missing end.
      if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") console.error(`a package broke off: ${error.message}`);
    })
    .finally(forgetPackage);
}

/** What finds the bytes of an entry that does not have them in `data`: how to open them, or themselves. */
const blobsOf = (keptBlob) => (entry) => entry?.[opens] ?? keptBlob(entry?.data);

/** Short texts together, long ones as they are. Others are answered in between, also where nothing waits for a file or for the reader. */
async function* inPieces(parts) {
  let piece = "";
  for await (const part of parts) {
    piece += part;
    if (piece.length < pieceLength) continue;
    yield piece;
    await new Promise(setImmediate);
    piece = "";
  }
  yield piece;
}

/** The parts of a value's JSON. What is below the third level is one part: a task, with its comments. */
async function* jsonOf(value, blobOf, levels = 3) {
  const blob = blobOf(value);
  if (blob !== undefined) {
    const [before, after] = JSON.stringify({ ...value, data: "\0" }).split(String.raw`\u0000`);
    yield before;
    yield* base64Of(typeof blob === "function" ? (await blob()).stream : [blob]);
    yield after;
  } else if (levels === 0 || typeof value !== "object" || value === null || "toJSON" in value) {
    yield JSON.stringify(value) ?? "null";
  } else if (Array.isArray(value)) {
    yield "[";
    for (const [index, entry] of value.entries()) {
      if (index > 0) yield ",";
      yield* jsonOf(entry, blobOf, levels - 1);
    }
    yield "]";
  } else {
    let separator = "";
    yield "{";
    for (const [name, entry] of Object.entries(value)) {
      if (["undefined", "function", "symbol"].includes(typeof entry)) continue;
      yield `${separator}${JSON.stringify(name)}:`;
      yield* jsonOf(entry, blobOf, levels - 1);
      separator = ",";
    }
    yield "}";
  }
}

/** Bytes as one base64 text, in parts. */
async function* base64Of(chunks) {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += pieceLength) {
      const bytes = Buffer.concat([rest, chunk.subarray(from, from + pieceLength)]);
      // Three bytes are four characters.
      const whole = bytes.length - (bytes.length % 3);
      yield bytes.toString("base64", 0, whole);
      rest = bytes.subarray(whole);
    }
  }
  yield rest.toString("base64");
}
