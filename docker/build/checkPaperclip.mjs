// checkPaperclip.mjs FOLDER: compares the Paperclip in a folder with all that the image takes for granted or changes in it, and says at once
// what does not fit. The build of the image runs it before it bundles the server; it needs nothing but Node.js and the installed packages, so
// that a new version can be looked at without building an image (docs/updates.md).
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assumptions } from "./assumptions.mjs";
import { failedAssumptions } from "./compare.mjs";
import { filesOf, keepers, missedKeepers } from "./keepers.mjs";
import { missedReaches, reaches, reachInto } from "./reaches.mjs";

const modules = join(process.argv[2] ?? ".", "node_modules");
const files = globSync("**/*.{js,mjs,cjs}", { cwd: modules });
if (!files.some((path) => path.startsWith("@paperclipai/server/"))) {
  console.error(`${modules} has no Paperclip: install paperclipai there`);
  process.exit(1);
}

/** Text of a file, read once; undefined where there is none. */
function read(path) {
  try {
    return readFileSync(join(modules, path), "latin1");
  } catch {
    return undefined;
  }
}

for (const file of new Set(reaches.map(({ file }) => file))) reachInto(`/${file}`, read(file) ?? "");

const places = Object.keys(keepers);
const usesFiles = /(?:from|require\()\s*["']((?:node:)?fs(?:\/promises)?)["']/;
for (const path of files.filter((path) => places.some((place) => `/node_modules/${path}`.includes(place)))) {
  const [, specifier] = usesFiles.exec(read(path) ?? "") ?? [];
  if (specifier) filesOf(`/node_modules/${path}`, specifier);
}

const failed = [...failedAssumptions(assumptions, { files, read }), ...missedReaches(), ...missedKeepers()];
const { version } = JSON.parse(read("@paperclipai/server/package.json"));
const count = assumptions.length + reaches.length + places.length;
if (failed.length > 0) {
  console.error(
    `${failed.join("\n\n")}\n\n${failed.length} of ${count} places of Paperclip ${version} are not as the image expects them.`,
  );
  process.exit(1);
}
console.log(`Paperclip ${version} is as the image expects it in ${count} places`);
