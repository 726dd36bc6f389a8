// What the log says when an error ends the server. Node.js prints the source line that threw it, and the whole server is one line: 49 KB of it
// come first, and Fly.io's log cuts off the rest. Node.js also prints everything the error carries, such as a statement's values. Here the log
// gets the message, where it was thrown, and what caused it.

/** The most characters of a message and lines of a stack that Fly.io's log shows uncut. */
const longest = 1000;
const deepest = 15;

/** The most causes that are printed. */
const most = 5;

/** Prints the error and ends the server as Node.js does. */
export function installLastWords() {
  // This includes rejected promises that nobody handles.
  process.on("uncaughtException", (error) => {
    // Writing to a pipe is synchronous.
    process.stderr.write(`${lastWords(error).join("\n")}\n`);
    process.exit(1);
  });
}

/**
 * The lines that describe the error that ended the server.
 *
 * @param {unknown} error whatever was thrown
 */
export function lastWords(error) {
  const lines = [`server: ended by an error: ${named(error)}`, ...stackOf(error)];
  let cause = error?.cause;
  for (let count = 0; cause != null && count < most; count += 1) {
    lines.push(`server: caused by: ${named(cause)}`, ...stackOf(cause));
    cause = cause.cause;
  }
  return lines;
}

function named(error) {
  if (typeof error !== "object" || error === null) return readable(String(error));
  const { name = error.constructor?.name, message = "", code } = error;
  const text = readable(String(message));
  const mark = code === undefined || text.includes(code) ? "" : ` (${readable(String(code))})`;
  return `${readable(String(name ?? "an object"))}: ${text}${mark}`;
}

/** Where it was thrown. A stack begins with the message or a source line, which are left out. */
const stackOf = (error) =>
  String(error?.stack ?? "")
    .split("\n")
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, deepest)
    .map((line) => `server:   ${readable(line.trim())}`);

/** On one line, without a statement's values and without what looks like a secret: a password in a URL, or a long word without spaces. */
function readable(text) {
  const line = text
    .replace(/^params: .*$/gms, "")
    .trim()
    .replaceAll(/\s*\n\s*/g, " | ")
    .replaceAll(/(\/\/)[^/\s@]*@/g, "$1…@")
    .replaceAll(/[\w+=-]{32,}/g, "…");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
