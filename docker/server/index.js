// Replaces the entry of @paperclipai/server. It runs server.cjs, which holds the server and everything it imports (../build/bundle.mjs), with
// the code that V8 compiled when the image was built.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { constants, Script } from "node:vm";

const filename = join(import.meta.dirname, "server.cjs");

/** The image's build takes the code cache from it. */
export const script = new Script(readFileSync(filename, "latin1"), {
  filename,
  cachedData: readCache(),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
if (script.cachedDataRejected)
  console.warn("server.cache belongs to another Node.js, so the start takes longer");

const module = { exports: {} };
script.runInThisContext()(
  module.exports,
  createRequire(import.meta.url),
  module,
  filename,
  import.meta.dirname,
);

export const { startServer } = module.exports;

function readCache() {
  try {
    return readFileSync(join(import.meta.dirname, "server.cache"));
  } catch {
    return undefined;
  }
}
