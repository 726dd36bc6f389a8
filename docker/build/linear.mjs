// Lets V8 match regular expressions in linear time where it can. Paperclip searches what people and agents write with some hundred patterns that
// take quadratic time on the right text ("/\/+$/" on a row of slashes), and one text of 1 MB blocks all answers for minutes. V8 has a linear
// engine, and switches to it when its usual one backtracks too often (see ../lib/nodeFlags.sh). That engine supports neither `i` nor `u`, so
// both are written out here: /a/i becomes /[Aa]/.
import { parse } from "acorn";
import rewritePattern from "regexpu-core";

/** A module's text without the flags that keep V8 from matching a regular expression in linear time. */
export function linear(text) {
  const literals = /\/[a-z]*[iu]/.test(text) ? regularExpressions(text) : [];
  let from = 0;
  let changed = "";
  for (const { start, end, regex } of literals) {
    changed += text.slice(from, start) + withoutFlags(regex);
    from = end;
  }
  return changed + text.slice(from);
}

/** An equivalent literal, without the flags `i` and `u` where they can be written out. */
export function withoutFlags({ pattern, flags }) {
  const own = new RegExp(pattern, flags);
  if (!/[iu]/.test(flags) || isBetterLeft(pattern, flags)) return String(own);
  const rest = flags.replace("i", "");
  const wanted = { modifiers: "transform", unicodeFlag: "transform" };
  const same = rewritePattern(flags.includes("i") ? `(?i:${pattern})` : pattern, rest, wanted);
  // A negated class would need lookahead for halves of a character, which the linear engine does not support.
  return looksAround(same) > looksAround(pattern)
    ? String(own)
    : String(new RegExp(same, rest.replace("u", "")));
}

/**
 * A back reference is as slow without the flag, a Unicode class would become some thousand characters, and with both flags two more letters
 * count as parts of words.
 */
const isBetterLeft = (pattern, flags) =>
  /v/.test(flags) ||
  /\\[1-9]|\\k<|\\[pP]\{/.test(pattern) ||
  (/i.*u/.test(flags) && /\\[bBwW]/.test(pattern));

const looksAround = (pattern) => pattern.match(/\(\?<?[=!]/g)?.length ?? 0;

/** A module's literals in the order of the text; none if it is not JavaScript. */
function regularExpressions(text) {
  const found = [];
  const options = {
    ecmaVersion: "latest",
    allowHashBang: true,
    allowReturnOutsideFunction: true,
    onToken: ({ type, start, end, value }) => {
      if (type.label === "regexp") found.push({ start, end, regex: value });
    },
  };
  for (const sourceType of ["module", "script"]) {
    found.length = 0;
    try {
      parse(text, { ...options, sourceType });
      return found;
    } catch {}
  }
  return [];
}
