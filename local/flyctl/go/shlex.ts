const comment = /^#[^\n]*/;
const piecePattern = /^(?:(\s+)|'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+))/s;

/**
 * Splits a command line as a shell would: quotes, backslashes and `#` comments, no expansions.
 * @throws with the wording of the Go library that flyctl uses (google/shlex).
 */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let rest = line; rest !== ""; ) {
    if (word === undefined) rest = rest.replace(comment, "");
    if (rest === "") break;
    const [piece, space, single, double, escaped, plain] = piecePattern.exec(rest) ?? [];
    if (piece === undefined) throw new Error(unfinished(rest));
    rest = rest.slice(piece.length);
    if (space === undefined) {
      word = (word ?? "") + (single ?? double?.replace(/\\(.)/gs, "$1") ?? escaped ?? plain ?? "");
      continue;
    }
    if (word !== undefined) words.push(word);
    word = undefined;
  }
  return word === undefined ? words : [...words, word];
}

function unfinished(text: string): string {
  const endsInEscape = text.startsWith("\\") || (text.startsWith('"') && /(^|[^\\])(\\\\)*\\$/.test(text));
  return endsInEscape ? "EOF found after escape character" : "EOF found when expecting closing quote";
}
