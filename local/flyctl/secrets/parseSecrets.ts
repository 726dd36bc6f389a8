import { FlyError, Panic } from "../errors.ts";

/** What Go's line scanner holds; a longer line ends the input there, without a word. */
const longestLine = 65_535;

/**
 * Reads the input of `secrets import` with every oddity of flyctl's own parser: values are cut at `#`, an
 * unterminated `"""` loses its secret, and a quote alone makes it panic.
 * @throws FlyError that repeats a line without `=`
 */
export function parseSecrets(input: string): Record<string, string> {
  const secrets = new Map<string, string>();
  let open: { name: string; lines: string[] } | undefined;
  for (const line of scanLines(input)) {
    if (open) {
      if (line.endsWith('"""')) {
        secrets.set(open.name, [...open.lines, line.slice(0, -3)].join("\n"));
        open = undefined;
      } else open.lines.push(line);
      continue;
    }
    if (line.startsWith("#") || line.trim() === "") continue;
    const { name, value } = splitLine(line);
    if (value.startsWith('"""') && !isWrapped(value, '"""')) open = { name, lines: [value.slice(3)] };
    else secrets.set(name, unquote(value));
  }
  return Object.fromEntries(secrets);
}

function* scanLines(input: string): Generator<string> {
  const lines = input.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    if (Buffer.byteLength(line) > longestLine) return;
    yield line.replace(/\r$/, "");
  }
}

function splitLine(line: string): { name: string; value: string } {
  const split = line.indexOf("=");
  if (split < 0) throw new FlyError(`Secrets must be provided as NAME=VALUE pairs (${line} is invalid)`);
  const value = line.slice(split + 1).replace(/^ +/, "");
  return { name: line.slice(0, split).trim(), value: withoutComment(value) };
}

/** Cut at `#`, with or without a space before it, unless the number of `"` before it is odd. */
function withoutComment(value: string): string {
  const hash = value.indexOf("#");
  if (hash < 0) return value;
  const before = value.slice(0, hash);
  return before.split('"').length % 2 === 1 ? before.replace(/ +$/, "") : value;
}

function unquote(value: string): string {
  if (isWrapped(value, '"""')) return value.slice(3, -3);
  const quote = ['"', "'"].find((candidate) => value.startsWith(candidate) && value.endsWith(candidate));
  if (!quote) return value;
  if (value.length === 1) throw new Panic("runtime error: slice bounds out of range [1:0]");
  return value.slice(1, -1);
}

const isWrapped = (value: string, quote: string): boolean =>
  value.length >= 2 * quote.length && value.startsWith(quote) && value.endsWith(quote);
