// How much a request may bring at once. The server does one thing after the other, so a text that it looks through for seconds keeps everybody
// else waiting for as long. Called where ../build/reaches.mjs says, with the request's JSON.

/** Characters of one text. */
export const longestText = 1_000_000;

/** Values, and levels of values in values. */
const mostValues = 200_000;
const mostLevels = 200;

/** Refuses a request that brings more. A middleware of Express, after the one that reads the JSON. */
export function withinLengths(request, response, next) {
  const excess = excessOf(request.body);
  if (!excess) return next();
  response.status(413).json({ error: excess, message: excess, code: "TOO_LONG" });
}

/** What is too much of a JSON value, and how to mend it; undefined where all is well. */
export function excessOf(body) {
  const waiting = [{ value: body, place: "", level: 0 }];
  for (let values = 0; waiting.length > 0; values += 1) {
    if (values + waiting.length > mostValues)
      return `The request has more than ${mostValues} values. Send it in parts.`;
    const { value, place, level } = waiting.pop();
    if (typeof value === "string" && value.length > longestText)
      return `${place || "The text"} has ${value.length} characters, and ${longestText} are the most. Split it, or attach it as a file.`;
    if (typeof value !== "object" || value === null) continue;
    if (level === mostLevels) return `${place} is nested deeper than ${mostLevels} levels. Make it flatter.`;
    for (const [name, one] of Object.entries(value))
      waiting.push({ value: one, place: placeOf(place, name, value), level: level + 1 });
  }
}

/** What a person finds a value by, e.g. files[3].content. */
const placeOf = (place, name, within) =>
  (Array.isArray(within) ? `${place}[${name}]` : place ? `${place}.${name}` : name).slice(-200);
