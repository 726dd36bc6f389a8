// How the page reaches a browser with the least work: its files are compressed when the image is built (../build/compressAssets.mjs) and
// never asked for twice, API answers are compressed when they are sent to the tailnet.
import { join } from "node:path";
import { constants } from "node:zlib";

/** Files that Vite has named after their content. */
const assets = "/assets/";
const folder = join(import.meta.dirname, "../ui-dist");
const year = 365 * 24 * 60 * 60;

/** Below this an answer fits into a packet or two either way. Bytes. */
const threshold = 1024;

/** Answers a request for the page's files, and hands all others on to `app`, whose answers it compresses. */
export async function answerPage(request, response, app) {
  if (isAsset(request)) (await fileServer())(request, response, () => app(request, response));
  else if (isFromTailnet(request)) (await compressor())(request, response, () => app(request, response));
  else app(request, response);
}

const isAsset = ({ method, url }) => (method === "GET" || method === "HEAD") && url.startsWith(assets);

/** tailscaled tells who asks; agents ask over the machine's loopback, where sending costs less than compressing. */
const isFromTailnet = ({ headers }) => headers["x-forwarded-for"] !== undefined;

// Loaded with the first request: a start has better things to do.
const fileServer = once(async () => {
  const { sirv } = await import("./libraries.cjs");
  return sirv(folder, { brotli: true, gzip: true, etag: true, maxAge: year, immutable: true });
});

const compressor = once(async () => {
  const { compression } = await import("./libraries.cjs");
  return compression({
    threshold,
    // The cheapest levels: half of the bytes for a tenth of the work that the best ones take.
    level: constants.Z_BEST_SPEED,
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
    // Events have to arrive when they are sent, not when there is enough of them.
    filter: (request, response) =>
      !String(response.getHeader("content-type")).startsWith("text/event-stream") &&
      compression.filter(request, response),
  });
});

function once(make) {
  let made;
  return () => {
    made ??= make();
    return made;
  };
}
