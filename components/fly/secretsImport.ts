/**
 * Lines for `flyctl secrets import`, whose parser cuts values at `#`, strips quotes and drops what follows a line of 64 KiB without a
 * word. The rules were tried against flyctl with thousands of random values; a value that fits none of them has to go through
 * `flyctl secrets set NAME=-`, one by one, which keeps all but outer white space.
 */

/** Longest line in bytes; flyctl's scanner ends silently at 64 KiB. */
const maximumLineBytes = 60 * 1024;

/** Splits secrets into lines for one import and the rest, which must be set one by one. */
export function importLines(values: Readonly<Record<string, string>>): {
  lines: string;
  rest: Record<string, string>;
} {
  const lines: string[] = [];
  const rest: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const encoded = encode(value);
    if (encoded === undefined) rest[name] = value;
    else lines.push(`${name}=${encoded}\n`);
  }
  return { lines: lines.join(""), rest };
}

function encode(value: string): string | undefined {
  if (value.includes("\0") || value.split("\n").some((line) => Buffer.byteLength(line) > maximumLineBytes))
    return undefined;
  if (value.includes("\n")) return multiline(value);
  return cutAtHash(value) ? raw(value) : quoted(value);
}

/** `"""` … `"""` keeps lines as they are, unless one looks like the end or the first like a beginning. */
function multiline(value: string): string | undefined {
  const all = value.split("\n");
  const first = all[0] ?? "";
  const middle = all.slice(1, -1);
  const unsafe =
    /\r(\n|$)/.test(value) ||
    middle.some((line) => line.endsWith('"""')) ||
    first.startsWith('"') ||
    first.endsWith('"""') ||
    cutAtHash(first);
  return unsafe ? undefined : `"""${value}"""`;
}

function quoted(value: string): string | undefined {
  return value.startsWith('""') || value === '"' ? undefined : `"${value}"`;
}

function raw(value: string): string | undefined {
  const wrapped = value.length > 1 && /^(["']).*\1$/s.test(value);
  return value.startsWith(" ") || value.startsWith('"""') || value.endsWith("\r") || wrapped
    ? undefined
    : value;
}

/** Whether quoting would make flyctl cut the value: an odd number of `"` before the first `#`. */
function cutAtHash(value: string): boolean {
  const hash = value.indexOf("#");
  return hash >= 0 && value.slice(0, hash).split('"').length % 2 === 0;
}
