import { FlyError, Panic } from "../errors.ts";

/** The longest line that Go's line scanner accepts. A longer one silently ends the input. */
const longestLine = 65_535;

/**
 * Reads the input of `secrets import` with every oddity of flyctl's own parser: it cuts values at `#`, loses
 * the secret of an unterminated `"""`, and panics on a lone quote.
 * @throws FlyError that repeats the line if it has no `=`
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

/** Cuts the value at `#`, with or without a space before it, unless an odd number of `"` precedes it. */
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
