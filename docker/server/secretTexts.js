// Hides secrets in texts: the value after a name like `api_token`, in a JSON field, an option or an assignment. Paperclip's own patterns take
// time that grows with the cube of the text's length: one text of 100 KB in an activity blocks all answers for minutes. Here each name is
// checked once, with the same result. A name is a row of letters, digits, _ and -.
//
// ../build/guards.mjs says where Paperclip calls these functions.

/** Paperclip's pattern for the name of a secret begins and ends with this. */
const row = "[A-Za-z0-9_-]*";

/** The middle of Paperclip's pattern for the name of a secret. */
export function secretPart(pattern) {
  if (!pattern.startsWith(row) || !pattern.endsWith(row))
    throw new Error(`Paperclip's pattern for the name of a secret has another form: ${pattern}`);
  return new RegExp(pattern.slice(row.length, -row.length), "i");
}

/** Whether an argument is an option with the name of a secret. */
export const isSecretOption = (argument, secret) =>
  /^-[A-Za-z0-9_-]+$/.test(argument) && secret.test(argument.slice(1));

/** Hides the values of fields in JSON, and in JSON inside a JSON string. */
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

/** Hides the values of options. */
export const hideOptions = (text, secret, hidden) =>
  hide(
    text,
    /(\s+|=)(["']?)[^\s"'`]+\2/y,
    (name) => secret.test(name.slice(optionAt(name))),
    ([, before, quote]) => `${before}${quote}${hidden}${quote}`,
  );

/** Where an option's name begins: after a leading dash, or after the first two dashes. */
function optionAt(name) {
  if (name.startsWith("-")) return 1;
  const dashes = name.indexOf("--");
  return dashes < 0 ? name.length : dashes + 2;
}

/** Hides values that are assigned to variables. */
export const hideAssignments = (text, secret, hidden) =>
  hide(
    text,
    /(\s*=\s*)(?:(\\["'])[\s\S]*?\2|(["'])[^"'`\r\n]*\3|[^\s"'`]+)/y,
    (name) => secret.test(name),
    ([, before, escapedQuote, quote = escapedQuote ?? ""]) => `${before}${quote}${hidden}${quote}`,
  );

/** Replaces `value`, a sticky pattern, where it follows the name of a secret. */
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
