// How the page's files reach a browser with the least work: they are compressed when the image is built (../build/compressAssets.mjs), and
// never asked for twice. Paperclip itself compresses the API's answers.
import { join } from "node:path";

/** Files that Vite has named after their content. */
const assets = "/assets/";
const folder = join(import.meta.dirname, "../ui-dist");
const year = 365 * 24 * 60 * 60;

let fileServer;

/** Answers a request for one of the page's files, and hands all others on to `app`. */
export async function answerPage(request, response, app) {
  if (!isAsset(request)) return app(request, response);
  fileServer ??= makeFileServer();
  (await fileServer)(request, response, () => app(request, response));
}

const isAsset = ({ method, url }) => (method === "GET" || method === "HEAD") && url.startsWith(assets);

/** Loaded with the first request: a start has better things to do. */
async function makeFileServer() {
  const { default: sirv } = await import("./sirv.cjs");
  return sirv(folder, { brotli: true, gzip: true, etag: true, maxAge: year, immutable: true });
}
