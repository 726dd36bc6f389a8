// The entry of @paperclipai/server, in the place of its own: it runs server.cjs, which holds the server and everything it imports (see
// ../build/bundle.mjs), with the code that V8 has compiled when the image was built.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { constants, Script } from "node:vm";

const filename = join(import.meta.dirname, "server.cjs");

/** The script, for the image's build to take the cache from. */
export const script = new Script(readFileSync(filename, "latin1"), {
  filename,
  cachedData: readCache(),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
if (script.cachedDataRejected) console.warn("server.cache is not of this Node.js, so the start takes longer");

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
