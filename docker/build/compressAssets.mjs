// Compresses the page's files once, as small as they get, beside themselves: the machine only has to send them.
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Of less than this nothing is won. Bytes. */
const smallest = 1024;

const files = globSync(
  "/usr/local/lib/paperclip/node_modules/@paperclipai/server/ui-dist/assets/*.{js,css,svg,json}",
);
if (files.length === 0) throw new Error("Paperclip's page has no files in ui-dist/assets any more");

const kinds = {
  br: (content) =>
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  gz: (content) => promisify(gzip)(content, { level: 9 }),
};

for (const file of files.filter((path) => statSync(path).size >= smallest)) {
  const content = readFileSync(file);
  for (const [ending, compress] of Object.entries(kinds)) {
    const compressed = await compress(content);
    if (compressed.length < content.length) writeFileSync(`${file}.${ending}`, compressed);
  }
}
