// Bundles the server and everything it imports into one file, server.cjs: a start then reads one file instead of 6,700.
//
// For each module, import.meta.url, __dirname and require.resolve still give the place where it was installed in node_modules. So migrations, the
// UI, skills and worker files are found as without the bundle.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { filesOf, missedKeepers } from "./keepers.mjs";
import { linear } from "./linear.mjs";
import { evaluatedWhenUsed, leftOut, loadedFromDisk, loadedWhenUsed, optional } from "./packages.mjs";
import { missedReaches, reachInto } from "./reaches.mjs";

const server = "/usr/local/lib/paperclip/node_modules/@paperclipai/server/dist";
const entry = join(server, "index.js");

const installed = createRequire(entry);

const ownPlace = {
  name: "own-place",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.[cm]?js$/, namespace: "file" }, async ({ path }) => ({
      contents: withOwnPlace(path, linear(reachInto(path, await readFile(path, "utf8")))),
      loader: "js",
    })),
};

/** Declares in front of a module the names that `define` below puts in place of its own location. */
function withOwnPlace(path, text) {
  const unbound = (name) => text.includes(name) && !new RegExp(`\\b(const|let|var) ${name}\\b`).test(text);
  const places = {
    __url: text.includes("import.meta") && JSON.stringify(pathToFileURL(path)),
    __folder: text.includes("import.meta") && JSON.stringify(dirname(path)),
    __dirname: unbound("__dirname") && JSON.stringify(dirname(path)),
    __filename: unbound("__filename") && JSON.stringify(path),
    __resolve:
      unbound("require") &&
      text.includes("require.resolve") &&
      `__createRequire(${JSON.stringify(path)}).resolve`,
  };
  const declared = Object.entries(places).filter(([, value]) => value);
  if (declared.length === 0) return text;
  // "use strict" only works as the first statement of a file.
  const strict = /^(\s|\/\*[\s\S]*?\*\/|\/\/.*)*["']use strict["']/.test(text) ? '"use strict";' : "";
  return `${strict}var ${declared.map(([name, value]) => `${name}=${value}`)};${text.replace(/^#!/, "//")}`;
}

/** Gives modules that keep a place of the server's (keepers.mjs) their own `fs`. */
const keptFiles = {
  name: "kept-files",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?fs(\/promises)?$/ }, ({ path, importer }) => {
      const files = filesOf(importer, path);
      return files && { path: files, namespace: "kept-files" };
    });
    onLoad({ filter: /./, namespace: "kept-files" }, ({ path }) => ({ contents: path }));
  },
};

/** Evaluates or loads packages when one of their exports is used, instead of when the server starts. */
const whenUsed = {
  name: "when-used",
  setup({ onResolve, onLoad, resolve }) {
    const filter = new RegExp(`^(${[...loadedWhenUsed, ...evaluatedWhenUsed].join("|")})$`);
    onResolve({ filter }, async ({ path, namespace, pluginData, ...how }) => {
      if (namespace === "when-used") return { path, external: true };
      if (pluginData === "itself") return;
      if (loadedWhenUsed.includes(path)) return { path, namespace: "when-used" };
      // The file that `import` means: a package can have another one for `require`.
      const { path: file } = await resolve(path, { ...how, pluginData: "itself" });
      return { path: file, namespace: "when-used" };
    });
    onLoad({ filter: /./, namespace: "when-used" }, ({ path }) => {
      const names = Object.keys(installed(path));
      return {
        contents: `module.exports = {${names.map((name) => `get ${name}() { return require("${path}").${name}; }`)}}`,
        resolveDir: server,
      };
    });
  },
};

function isInstalled(name) {
  try {
    return Boolean(installed.resolve(name));
  } catch {
    return false;
  }
}

const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  platform: "node",
  // Not "esm": only the code cache of a script includes functions that were compiled while it ran.
  format: "cjs",
  target: "node24",
  minifyWhitespace: true,
  legalComments: "none",
  define: { "import.meta.url": "__url", "import.meta.dirname": "__folder", "require.resolve": "__resolve" },
  external: [...loadedFromDisk, ...Object.keys(leftOut), ...optional.filter((name) => !isInstalled(name))],
  plugins: [whenUsed, keptFiles, ownPlace],
  logLevel: "warning",
  write: false,
});
const missed = [...missedReaches(), ...missedKeepers()];
if (missed.length > 0) throw new Error(missed.join("\n"));
// V8 needs half the memory for a text of one-byte characters. esbuild escapes all others, except in regular expressions.
const ascii = outputFiles[0].text.replace(
  /[^\0-\x7f]/g,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
);
// The wrapper of a CommonJS module; ../server/index.js, which replaces Paperclip's index.js, calls it.
const head =
  "(function(exports,require,module,__filename,__dirname){const __createRequire=require('node:module').createRequire;";
await writeFile(join(server, "server.cjs"), `${head}${ascii}\n})`);
