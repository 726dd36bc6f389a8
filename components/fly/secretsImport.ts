/**
 * Lines for `flyctl secrets import`, whose parser cuts a value at `#`, strips quotes and ends without a word at a line of 64 KiB. What it
 * would not read as it is has to go through `flyctl secrets set NAME=-`, one by one, which keeps all but outer white space. The rules are
 * those of flyctl's internal/command/secrets/parser.go.
 */

/** Longest line in bytes. */
const maximumLineBytes = 60 * 1024;

/** Splits secrets into lines for one import and the rest, which must be set one by one. */
export function importLines(values: Readonly<Record<string, string>>): {
  lines: string;
  rest: Record<string, string>;
} {
  const [together = [], alone = []] = [true, false].map((whole) =>
    Object.entries(values).filter(([, value]) => readsAsItIs(value) === whole),
  );
  const quoted = together.map(([name, value]) => {
    const quotes = value.includes("\n") ? '"""' : '"';
    return `${name}=${quotes}${value}${quotes}\n`;
  });
  return { lines: quoted.join(""), rest: Object.fromEntries(alone) };
}

/** Whether a value in quotes, which are `"""` around several lines, is read as it is. */
function readsAsItIs(value: string): boolean {
  const lines = value.split("\n");
  const [beforeHash = "", hash] = (lines[0] ?? "").split("#", 2);
  const isCut = hash !== undefined && beforeHash.split('"').length % 2 === 0;
  const looksTripled = lines.length === 1 && /^"("|$)/.test(value);
  const endsEarly = lines.slice(0, -1).some((line) => /("""|\r)$/.test(line));
  const isTooLong = lines.some((line) => Buffer.byteLength(line) > maximumLineBytes);
  return !(isCut || looksTripled || endsEarly || isTooLong || value.includes("\0"));
}
