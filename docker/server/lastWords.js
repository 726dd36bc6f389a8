// What the log says when an error ends the server. Node.js prints the line of the source where it was thrown, and all of the server is one
// line: 49 KB of it come first, and Fly.io's log cuts off what follows. It also prints all that the error carries, such as a statement's
// values. Here it is its message, where it was thrown, and what caused it.

/** Characters of a message, and lines of a stack: what Fly.io's log shows whole. */
const longest = 1000;
const deepest = 15;

/** Errors that cause one another. */
const most = 5;

/** Ends the server as Node.js does, once this is printed. */
export function installLastWords() {
  // Also of a promise that nobody waits for.
  process.on("uncaughtException", (error) => {
    // What is printed to a pipe is there when this returns.
    process.stderr.write(`${lastWords(error).join("\n")}\n`);
    process.exit(1);
  });
}

/**
 * The lines that tell of the error which has ended the server.
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

/** Where it was thrown. What stands before that in a stack is the message again, or a line of the source. */
const stackOf = (error) =>
  String(error?.stack ?? "")
    .split("\n")
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, deepest)
    .map((line) => `server:   ${readable(line.trim())}`);

/** On one line, without the values of a statement, and without what looks like a key: an address's password, or a long word without a blank. */
function readable(text) {
  const line = text
    .replace(/^params: .*$/gms, "")
    .trim()
    .replaceAll(/\s*\n\s*/g, " | ")
    .replaceAll(/(\/\/)[^/\s@]*@/g, "$1…@")
    .replaceAll(/[\w+=-]{32,}/g, "…");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
