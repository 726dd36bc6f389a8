// Keeps the files of an uploaded company package as the bytes that they are. Paperclip turns them into base64, and that into JSON: a package of
// 100 MB would be in memory four times at once.
//
// ../build/export.mjs says where Paperclip calls these functions.
import { AsyncLocalStorage } from "node:async_hooks";

/** The files of a request's package, by the words that stand for them. */
const packages = new AsyncLocalStorage();

/** Express middleware for all that imports: the request has a package of its own. */
export const importing = (_request, _response, next) => packages.run(new Map(), next);

/** The entry of a package for a file of it: within an import with a word in the place of its base64. @param {Uint8Array} bytes */
export function keepBlob(bytes) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = packages.getStore();
  // No base64 has a colon. The same package has the same words, by which Paperclip knows an import that is sent again.
  const data = kept ? `kept:${kept.size}` : buffer.toString("base64");
  kept?.set(data, buffer);
  return { encoding: "base64", data, contentType: "application/octet-stream" };
}

/** What finds the bytes that a word of this request's package stands for, wherever it is called; undefined for anything else. */
export function packageOf() {
  const kept = packages.getStore();
  return (data) => kept?.get(data);
}

export const keptBlob = (data) => packageOf()(data);

/** The request is done with its package. Connections that were opened for it remember the request for minutes. */
export const forgetPackage = () => packages.getStore()?.clear();
