// Has V8 match what it can in time that grows with the text and not with its square. Paperclip looks through what people and agents write
// with some hundred patterns that are quadratic on the right text ("/\/+$/" on a row of slashes), and one text of 1 MB stops all answers for
// minutes. V8 has an engine that is linear, and takes it where its usual one goes back and forth too often (see ../lib/nodeFlags.sh). That
// engine knows neither `i` nor `u`, so both are written out here: /a/i becomes /[Aa]/.
import { parse } from "acorn";
import rewritePattern from "regexpu-core";

/** A module's text in which no regular expression has a flag that keeps V8 from matching it in linear time. */
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

/** A literal that matches the same, without the flags `i` and `u` where they can be written out. */
export function withoutFlags({ pattern, flags }) {
  const own = new RegExp(pattern, flags);
  if (!/[iu]/.test(flags) || isBetterLeft(pattern, flags)) return String(own);
  const rest = flags.replace("i", "");
  const wanted = { modifiers: "transform", unicodeFlag: "transform" };
  const same = rewritePattern(flags.includes("i") ? `(?i:${pattern})` : pattern, rest, wanted);
  // What matches anything but some characters has to look ahead for halves of one, which is what the linear engine cannot.
  return looksAround(same) > looksAround(pattern)
    ? String(own)
    : String(new RegExp(same, rest.replace("u", "")));
}

/**
 * A back reference is as slow without the flag, a class of Unicode's would become some thousand characters, and with both flags two letters
 * more than without are parts of words.
 */
const isBetterLeft = (pattern, flags) =>
  /v/.test(flags) ||
  /\\[1-9]|\\k<|\\[pP]\{/.test(pattern) ||
  (/i.*u/.test(flags) && /\\[bBwW]/.test(pattern));

const looksAround = (pattern) => pattern.match(/\(\?<?[=!]/g)?.length ?? 0;

/** A module's literals in the order of the text; none where it is no JavaScript. */
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
