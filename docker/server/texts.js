// What Paperclip does with texts of people and agents in time that grows with the square of their length, done in time that grows with their
// length: a text of 1 MB would stop all answers for minutes. Each function gives what Paperclip's own gives. Its patterns need no such
// replacement, as V8 matches them in linear time (see ../build/linear.mjs).
//
// What calls these functions, and where in Paperclip, is in ../build/reaches.mjs.

/** How often each of some characters is in a text. */
function count(text, units) {
  const counts = Object.fromEntries([...units].map((unit) => [unit, 0]));
  for (const unit of text) if (unit in counts) counts[unit] += 1;
  return counts;
}

/** What is left of a reference when the punctuation of the sentence around it is gone; a bracket that it opens itself stays closed. */
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

/** The same for what a search takes for an address. */
export function trimUrlToken(value) {
  let end = value.length;
  while (end > 0 && ".,;:!?".includes(value[end - 1])) end -= 1;
  const brackets = count(value.slice(0, end), "()[]{}");
  for (const [open, close] of ["()", "[]", "{}"]) {
    for (; value[end - 1] === close && brackets[close] > brackets[open]; end -= 1) brackets[close] -= 1;
  }
  return value.slice(0, end);
}

/** The line in which links were looked for last: where in it the next `]` is, and the last `)`. */
let line = { text: "", next: -1, last: -1 };

/** What a link or an image of Markdown can be read from that begins at a place of a line: nothing where none can end. */
export function linkFrom(text, at) {
  if (line.text !== text || line.from > at) line = { text, next: -1, last: text.lastIndexOf(")") };
  line.from = at;
  if (line.next <= at) line.next = text.indexOf("]", at + 1);
  if (line.next < 0) line.next = Number.POSITIVE_INFINITY;
  // An image's own bracket comes first.
  return text[line.next + 1] === "(" && line.last > line.next ? text.slice(at) : "";
}

/** What takes the place of a row of Markdown's marks: a space where the row begins or ends a word. A replacer for /\s?[#>*_~|]+/g. */
export function withoutMarks(marks, at, text) {
  const after = text[at + marks.length];
  return at === 0 || after === undefined || /^\s/.test(marks) || /\s/.test(after) ? " " : marks;
}
