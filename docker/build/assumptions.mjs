// What the image takes for granted about Paperclip without changing it (its changes are in reaches.mjs, guards.mjs and keepers.mjs).
// checkPaperclip.mjs compares each row with the installed packages before they are bundled. If a version of Paperclip breaks one, the build
// fails and names the row. In each file, the rows that would otherwise fail open or silently come first.
import { accounts } from "./assumptions/accounts.mjs";
import { aiAccounts } from "./assumptions/aiAccounts.mjs";
import { database } from "./assumptions/database.mjs";
import { keptPlaces } from "./assumptions/keptPlaces.mjs";
import { layout } from "./assumptions/layout.mjs";
import { life } from "./assumptions/life.mjs";
import { places } from "./assumptions/places.mjs";
import { programs } from "./assumptions/programs.mjs";
import { requests } from "./assumptions/requests.mjs";
import { settings } from "./assumptions/settings.mjs";
import { variables } from "./assumptions/variables.mjs";
import { workVariables } from "./assumptions/workVariables.mjs";

/**
 * One assumption. Either a file contains certain texts, or a pattern occurs in certain files and nowhere else.
 *
 * @typedef {object} Assumption
 * @property {string} name what holds, as a sentence
 * @property {string[]} ours the files of this repository that rely on it
 * @property {string} otherwise what would happen if nobody noticed that it no longer holds
 * @property {string} [file] its path in node_modules, at any level. If it ends with a slash it is a folder, and any file of it can have the texts
 * @property {(string | RegExp)[]} [has] what the file contains; without it the file only has to exist
 * @property {RegExp} [finds] a global pattern that occurs in the files of `only` and nowhere else
 * @property {RegExp} [amid] only files that also match this are searched
 * @property {"paperclip" | "others"} [among] which files are searched: Paperclip's, or those of other packages that it loads
 * @property {Record<string, number | "any">} [only] how often it occurs in which file or folder
 * @property {string} subject the file that contains this row
 */

/** @type {Assumption[]} */
export const assumptions = Object.entries({
  accounts,
  aiAccounts,
  programs,
  variables,
  workVariables,
  database,
  settings,
  requests,
  places,
  keptPlaces,
  life,
  layout,
}).flatMap(([subject, rows]) =>
  rows.map((row) => ({ ...row, subject: `docker/build/assumptions/${subject}.mjs` })),
);
