// Limits the size of a request, and what is in its texts. The server does one thing at a time, so a text that takes it seconds makes everybody else wait as long. Called
// where ../build/guards.mjs says, with the request's JSON.

/** Most characters of one text. */
export const longestText = 500_000;

/** Most characters of all texts and names together. */
const mostCharacters = 2 * longestText;

/** Most values, and most levels of nesting. */
const mostValues = 200_000;
const mostLevels = 200;

/** Most elements and attributes of a drawing (SVG). Paperclip makes each an object of some KB: 125,000 elements, half a megabyte, fill 1 GB. */
const mostElements = 5000;
const mostAttributes = 25_000;

/** Whether a drawing has more than that. @param {string} svg */
export const isLargeDrawing = (svg) =>
  svg.split("<", mostElements + 2).length > mostElements + 1 ||
  svg.split("=", mostAttributes + 2).length > mostAttributes + 1;

/** Refuses a larger request. Express middleware, after the one that reads the JSON. */
export function withinLengths(request, response, next) {
  const excess = excessOf(
    request.body,
    /^\/api\/companies\/(?:[\w-]+\/)?imports?\b/.test(request.originalUrl),
  );
  if (!excess) {
    if (request.rawBody?.includes(nul)) request.body = parsedWithoutNul(request.rawBody);
    return next();
  }
  response.status(413).json({ error: excess, message: excess, code: "TOO_LONG" });
}

/** How JSON writes the character that no text of PostgreSQL can have: Paperclip answers only "Internal server error" to it. */
const nul = String.raw`\u0000`;

/** The value of a JSON, with the sign for what cannot be shown in place of each NUL, as HTML and Markdown have it. */
const parsedWithoutNul = (json) =>
  JSON.parse(String(json), (_, value) =>
    typeof value === "string" ? value.replaceAll("\0", "\uFFFD") : value,
  );

/** The same for an address. */
export const withoutNul = (url) => (url.includes("%00") ? url.replaceAll("%00", "%EF%BF%BD") : url);

/**
 * Which limit a JSON value exceeds and how to fix it; undefined if none.
 *
 * @param body the value
 * @param isCompany whether it is a company import, which has many texts, and pictures that are stored unread
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

/** A binary file. */
const isFile = ({ encoding, data }) => encoding === "base64" && typeof data === "string";

/** Where a person finds the value, e.g. files[3].content. */
const placeOf = (place, name, within) =>
  (Array.isArray(within) ? `${place}[${name}]` : place ? `${place}.${name}` : name).slice(-200);
