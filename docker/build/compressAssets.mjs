// Compresses the page's files at build time, as small as possible, and lists them for ../server/page.js, so that the machine only sends them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const page = "/usr/local/lib/paperclip/node_modules/@paperclipai/server/ui-dist";

/** By the extension of a file. A new extension fails the build: somebody has to decide whether it is worth compressing. */
const types = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

/** Bytes below which compressing gains nothing. */
const smallest = 1024;

const compressions = {
  br: (content) =>
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
};

const files = {};
for (const name of readdirSync(join(page, "assets"))) {
  const type = types[extname(name)];
  if (!type)
    throw new Error(
      `docker/build/compressAssets.mjs has no type for assets/${name}, a file of Paperclip's page: add its extension to \`types\``,
    );
  const path = `/assets/${name}`;
  files[path] = { type, encodings: await compress(path) };
}
writeFileSync(join(page, "files.json"), JSON.stringify(files));

/** The compressed forms of a file that are smaller than itself: their paths by encoding. */
async function compress(path) {
  const content = readFileSync(join(page, path));
  const made = {};
  if (content.length < smallest) return made;
  for (const [encoding, pack] of Object.entries(compressions)) {
    const packed = await pack(content);
    if (packed.length >= content.length) continue;
    made[encoding] = `${path}.${encoding}`;
    writeFileSync(join(page, made[encoding]), packed);
  }
  return made;
}
