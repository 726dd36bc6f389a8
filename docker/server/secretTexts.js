// Hides secrets in texts: the value that follows a name like `api_token`, in a JSON field, an option or an assignment. Paperclip does so with
// patterns that take the cube of a text's length: one text of 100 KB in an activity stops all answers for minutes. Here each name of a text
// is looked at once. What is found is the same: a name is a row of letters, digits, _ and -, and ends where the row ends.
//
// What calls these functions, and where in Paperclip, is in ../build/reaches.mjs.

/** What Paperclip's pattern for the name of a secret begins and ends with. */
const row = "[A-Za-z0-9_-]*";

/** What the name of a secret has in it, from Paperclip's pattern for such a name. */
export function secretPart(pattern) {
  if (!pattern.startsWith(row) || !pattern.endsWith(row)) throw new Error(`Not a secret's name: ${pattern}`);
  return new RegExp(pattern.slice(row.length, -row.length), "i");
}

/** Whether an argument of a program is an option with such a name. */
export const isSecretOption = (argument, secret) =>
  /^-[A-Za-z0-9_-]+$/.test(argument) && secret.test(argument.slice(1));

/** Hides what fields of JSON hold, and of JSON that is a text of JSON. */
export function hideFields(text, secret, hidden) {
  const keepQuotes = ([, before, after]) => `${before}${hidden}${after}`;
  const inFields = hide(
    text,
    /(["']?\s*:\s*["'])[^"'`\r\n]+(["'])/y,
    (name) => secret.test(name),
    keepQuotes,
  );
  return hide(inFields, /((?:\\")?\s*:\s*\\")[^\\\r\n]+(\\")/y, (name) => secret.test(name), keepQuotes);
}

/** Hides what options of a program are given. */
export const hideOptions = (text, secret, hidden) =>
  hide(
    text,
    /(\s+|=)(["']?)[^\s"'`]+\2/y,
    (name) => secret.test(name.slice(optionAt(name))),
    ([, before, quote]) => `${before}${quote}${hidden}${quote}`,
  );

/** Where an option begins: after a row's first dash, unless a letter is before it, or after its first two. */
function optionAt(name) {
  if (name.startsWith("-")) return 1;
  const dashes = name.indexOf("--");
  return dashes < 0 ? name.length : dashes + 2;
}

/** Hides what is assigned to variables. */
export const hideAssignments = (text, secret, hidden) =>
  hide(
    text,
    /(\s*=\s*)(?:(\\["'])[\s\S]*?\2|(["'])[^"'`\r\n]*\3|[^\s"'`]+)/y,
    (name) => secret.test(name),
    ([, before, escapedQuote, quote = escapedQuote ?? ""]) => `${before}${quote}${hidden}${quote}`,
  );

/** Replaces `value`, a sticky pattern, where it follows a name of a secret. */
function hide(text, value, isSecret, replace) {
  const names = /[A-Za-z0-9_-]+/g;
  let kept = 0;
  let result = "";
  for (let name = names.exec(text); name; name = names.exec(text)) {
    if (!isSecret(name[0])) continue;
    value.lastIndex = names.lastIndex;
    const found = value.exec(text);
    if (!found) continue;
    result += text.slice(kept, found.index) + replace(found);
    kept = value.lastIndex;
    names.lastIndex = kept;
  }
  return result + text.slice(kept);
}
