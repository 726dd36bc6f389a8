// How much a request may bring at once. The server does one thing after the other, so a text that it looks through for seconds keeps everybody
// else waiting for as long. Called where ../build/reaches.mjs says, with the request's JSON.

/** Characters of one text. */
export const longestText = 500_000;

/** Characters of all texts and names. */
const mostCharacters = 2 * longestText;

/** Values, and levels of values in values. */
const mostValues = 200_000;
const mostLevels = 200;

/** Refuses a request that brings more. A middleware of Express, after the one that reads the JSON. */
export function withinLengths(request, response, next) {
  const excess = excessOf(
    request.body,
    /^\/api\/companies\/(?:[\w-]+\/)?imports?\b/.test(request.originalUrl),
  );
  if (!excess) return next();
  response.status(413).json({ error: excess, message: excess, code: "TOO_LONG" });
}

/**
 * What is too much of a JSON value, and how to fix it; undefined where all is well.
 *
 * @param body the value
 * @param isCompany whether it is a company to import: it has many texts, and pictures, which are stored and not looked through
 */
export function excessOf(body, isCompany = false) {
  const waiting = [{ value: body, place: "", level: 0 }];
  let values = 1;
  let characters = 0;
  while (waiting.length > 0) {
    const { value, place, level } = waiting.pop();
    if (typeof value === "string" && value.length > longestText)
      return `${place || "The text"} has ${value.length} characters, and ${longestText} are the most. Split it, or attach it as a file.`;
    if (typeof value === "string") characters += value.length;
    if (characters > mostCharacters && !isCompany)
      return `The request has more than ${mostCharacters} characters. Send it in parts.`;
    if (typeof value !== "object" || value === null || (isCompany && isFile(value))) continue;
    if (level === mostLevels) return `${place} is nested deeper than ${mostLevels} levels. Make it flatter.`;
    const names = Object.keys(value);
    values += names.length;
    if (values > mostValues) return `The request has more than ${mostValues} values. Send it in parts.`;
    for (const name of names) {
      characters += name.length;
      waiting.push({ value: value[name], place: placeOf(place, name, value), level: level + 1 });
    }
  }
}

/** A file that is no text. */
const isFile = ({ encoding, data }) => encoding === "base64" && typeof data === "string";

/** What a person finds a value by, e.g. files[3].content. */
const placeOf = (place, name, within) =>
  (Array.isArray(within) ? `${place}[${name}]` : place ? `${place}.${name}` : name).slice(-200);
