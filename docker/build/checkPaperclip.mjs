// checkPaperclip.mjs FOLDER: compares the Paperclip in FOLDER/node_modules with what the image takes for granted and changes in it, and reports
// everything that does not fit. The image's build runs it before it bundles the server. It needs only Node.js and the installed packages, so a
// new version can be checked without building an image (docs/updates.md).
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

/** The text of a file; undefined if it does not exist. */
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
    `${failed.join("\n\n")}\n\n${failed.length} of ${count} places in Paperclip ${version} are not as the image expects. Fix each file that is named.`,
  );
  process.exit(1);
}
console.log(`Paperclip ${version} is as the image expects in all ${count} places`);
