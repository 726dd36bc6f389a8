/**
 * Splits a command line into words like a POSIX shell but without any expansion, because the Machines API's `exec`
 * runs the command without a shell.
 *
 * @throws if a quote is not closed or there is nothing to run.
 */
export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let position = 0; position < line.length; position++) {
    const character = line.charAt(position);
    const escapes = character === "\\" && quote !== "'";
    if (escapes && position + 1 < line.length) {
      const next = line.charAt(++position);
      // Within double quotes a backslash is special only before these.
      word = (word ?? "") + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word = (word ?? "") + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== undefined) throw new Error(`the command has an unclosed ${quote}`);
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw new Error("the command is empty");
  return words;
}
