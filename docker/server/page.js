// Serves the page's files with the least work. They are compressed when the image is built (../build/compressAssets.mjs) and named after their
// content, so that a browser never asks twice. Each is read from disk once. A first visit asks for three dozen of them: a general file server
// needed a third of the visit's CPU time for that.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../ui-dist");

/** Best first. */
const encodings = ["br", "gzip"];

/** Type and compressed forms of each file, by its path in the address. Read at the first request, to leave the CPU to the start. */
let files;
/** Promises of contents, by path and encoding. Current browsers ask for some two megabytes. */
const contents = new Map();

/** Answers a request for one of the page's files, and passes all others to `app`. */
export async function answerPage(request, response, app) {
  files ??= new Map(Object.entries(JSON.parse(readFileSync(join(folder, "files.json"), "utf8"))));
  const path = request.url.split("?", 1)[0];
  const file = request.method === "GET" ? files.get(path) : undefined;
  if (!file) return app(request, response);
  const accepted = request.headers["accept-encoding"] ?? "";
  const encoding = encodings.find((one) => file.encodings[one] && accepted.includes(one));
  const body = await content(encoding ? file.encodings[encoding] : path);
  response.writeHead(200, {
    "content-type": file.type,
    "content-length": body.length,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
    ...(encoding ? { "content-encoding": encoding } : {}),
  });
  response.end(body);
}

function content(path) {
  let reading = contents.get(path);
  if (!reading) {
    reading = readFile(join(folder, path));
    contents.set(path, reading);
    reading.catch(() => contents.delete(path));
  }
  return reading;
}
