// An agent's name as git takes it. People choose it freely, and git ends a commit whose author's name has nothing left when it has taken away what
// its own format needs (ident.c, strbuf_addstr_without_crud).

/** Longest name, in characters. */
const longest = 100;

/** What git removes from a name's ends, besides all that is not printed. */
const crud = /[\s\p{C}.,:;<>"'\\]/gu;

/**
 * One line of at most a hundred characters, in which git finds a name.
 *
 * @param {unknown} name
 */
export function signature(name) {
  if (typeof name !== "string") return "Agent";
  // Joiners stay (\p{Cf}): many an emoji is made of several.
  const line = name.toWellFormed().replace(/[\s\p{Cc}\p{Zl}\p{Zp}<>]+/gu, " ");
  const short = [...line.trim()].slice(0, longest).join("").trim();
  return short.replace(crud, "") === "" ? "Agent" : short;
}
