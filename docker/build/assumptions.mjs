// What the image takes for granted about Paperclip without changing it there (what it changes is in reaches.mjs, guards.mjs and keepers.mjs).
// checkPaperclip.mjs compares each row with the installed packages before they are bundled: a version of Paperclip in which one does not hold
// fails the build by the row's name. First in each file comes what would otherwise fail open or go unnoticed.
import { accounts } from "./assumptions/accounts.mjs";
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
 * One assumption. Either a file has texts, or a text occurs in certain files and nowhere else.
 *
 * @typedef {object} Assumption
 * @property {string} name what holds, as a sentence
 * @property {string[]} ours the files of this repository that rely on it
 * @property {string} otherwise what would happen if nobody noticed that it does not hold any more
 * @property {string} [file] below node_modules, wherever a package is installed; one that ends with a slash is a folder, of which any file will do
 * @property {(string | RegExp)[]} [has] what the file has; without it the file only has to be there
 * @property {RegExp} [finds] a global pattern of what occurs in the files of `only` and in no other
 * @property {RegExp} [amid] only files that have this, too, are looked at
 * @property {"paperclip" | "others"} [among] whose files: Paperclip's, or those of the packages that it loads
 * @property {Record<string, number | "any">} [only] how often in which file, or in which folder
 * @property {string} subject the file that the assumption is written in
 */

/** @type {Assumption[]} */
export const assumptions = Object.entries({
  accounts,
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
