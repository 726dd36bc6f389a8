// trimPackages.mjs ADAPTERS: removes from node_modules what nothing loads, reads or starts from there any more, now that the server is bundled.
// ADAPTERS are those whose programs the image gets, e.g. "claude codex".
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { chosen, leftOut, loadedFromDisk, loadedWhenUsed, readByPath } from "./packages.mjs";

const root = "/usr/local/lib/paperclip";
const adapters = process.argv[2].split(" ");
const server = join(root, "node_modules/@paperclipai/server");

const kept = new Set();
keep(root);
// Paperclip's packages carry skills, scripts and migrations, which are read by their path.
for (const folder of globSync(`${root}/node_modules/@paperclipai/*`)) keep(folder);
for (const name of [...loadedFromDisk, ...loadedWhenUsed]) keep(locate(name, server));
const single = readByPath.map((name) => ({
  path: join(root, "node_modules", name),
  content: readFileSync(join(root, "node_modules", name)),
}));
for (const manifest of globSync(`${root}/node_modules/**/package.json`)) {
  const folder = dirname(manifest);
  // A package.json deeper inside a package only sets the module format.
  if (isPackage(folder) && !kept.has(folder) && existsSync(folder)) rmSync(folder, { recursive: true });
}
for (const { path, content } of single) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Keeps a package and its dependencies. The server's own dependencies are in its bundle. */
function keep(folder) {
  if (!folder || kept.has(folder)) return;
  kept.add(folder);
  if (folder === server) return;
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
    if (stays(name)) keep(locate(name, folder));
}

function stays(name) {
  const adapter = Object.keys(chosen).find((adapter) => chosen[adapter] === name);
  return !(name in leftOut) && (!adapter || adapters.includes(adapter));
}

/** Where Node finds a package from a folder; undefined for a package of another platform. */
function locate(name, from) {
  for (let folder = from; folder !== "/"; folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(found)) return found;
  }
  return undefined;
}

function isPackage(folder) {
  return /\/node_modules\/(@[^/]+\/)?[^/]+$/.test(folder);
}

// The server's modules and its dependencies are in the bundle. Its .cjs files stay: the server starts them as processes.
remove(`${server}/node_modules`);
remove(`${server}/dist/**/*.{js,mjs}`);
// Nothing reads TypeScript or source maps at run time, and only drizzle's generator reads its snapshots.
remove(`${root}/node_modules/**/*.{map,ts,mts,cts,tsbuildinfo}`);
remove(`${root}/node_modules/@paperclipai/db/dist/migrations/meta/*_snapshot.json`);
// Builds of Cursor's package that the server's require() does not load.
remove(`${root}/node_modules/@cursor/sdk/dist/{esm,bundled}`);
// Machine code for Bare, another JavaScript runtime.
remove(`${root}/node_modules/**/*.bare`);
// Tests that were published with the packages.
remove(`${root}/node_modules/**/{__tests__,*.test.js}`);

function remove(pattern) {
  for (const path of globSync(pattern)) rmSync(path, { recursive: true, force: true });
}
