// Linear-time replacements for functions of Paperclip that take quadratic time on texts of people and agents: a text of 1 MB would block all
// answers for minutes. Each returns what Paperclip's own returns. Patterns need no replacement, because V8 matches them in linear time
// (../build/linear.mjs).
//
// ../build/guards.mjs says where Paperclip calls these functions.

/** How often each of these characters occurs in a text. */
function count(text, units) {
  const counts = Object.fromEntries([...units].map((unit) => [unit, 0]));
  for (const unit of text) if (unit in counts) counts[unit] += 1;
  return counts;
}

/** A reference without the punctuation of the sentence around it. A bracket that the reference itself opens stays closed. */
export function trimTrailingPunctuation(token) {
  const brackets = count(token, "()[]");
  let end = token.length;
  for (; end > 0; end -= 1) {
    const last = token[end - 1];
    if (!".,!?;:)]".includes(last)) break;
    if (last === ")" && brackets["("] >= brackets[")"]) break;
    if (last === "]" && brackets["["] >= brackets["]"]) break;
    if (last in brackets) brackets[last] -= 1;
  }
  return token.slice(0, end);
}

/** The same for an address in a search. */
export function trimUrlToken(value) {
  let end = value.length;
  while (end > 0 && ".,;:!?".includes(value[end - 1])) end -= 1;
  const brackets = count(value.slice(0, end), "()[]{}");
  for (const [open, close] of ["()", "[]", "{}"]) {
    for (; value[end - 1] === close && brackets[close] > brackets[open]; end -= 1) brackets[close] -= 1;
  }
  return value.slice(0, end);
}

/** The line that was searched for links last, with the places of its next `]` and its last `)`. */
let line = { text: "", next: -1, last: -1 };

/** The rest of a line, for reading a Markdown link or image that begins at a place; empty where none can end. */
export function linkFrom(text, at) {
  if (line.text !== text || line.from > at) line = { text, next: -1, last: text.lastIndexOf(")") };
  line.from = at;
  if (line.next <= at) line.next = text.indexOf("]", at + 1);
  if (line.next < 0) line.next = Number.POSITIVE_INFINITY;
  // The bracket of an image comes first.
  return text[line.next + 1] === "(" && line.last > line.next ? text.slice(at) : "";
}

/** Replaces a row of Markdown's marks: by a space where it begins or ends a word. A replacer for /\s?[#>*_~|]+/g. */
export function withoutMarks(marks, at, text) {
  const after = text[at + marks.length];
  return at === 0 || after === undefined || /^\s/.test(marks) || /\s/.test(after) ? " " : marks;
}
