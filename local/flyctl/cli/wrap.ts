// Line breaking as flyctl's help does it, so that what it prints can be compared to the character.

const slack = 5;

/** Breaks a flag's description for a column that begins at `indent` and ends at `width`. */
export function wrapDescription(text: string, indent: number, width: number): string {
  let start = indent;
  let room = width - start;
  let prefix = "";
  if (room < 24) {
    start = 16;
    room = width - start;
    prefix = `\n${" ".repeat(start)}`;
  }
  const margin = `\n${" ".repeat(start)}`;
  if (room < 24) return text.replaceAll("\n", margin);
  const lines: string[] = [];
  for (let rest = text, first = true; first || rest !== ""; first = false) {
    const [line, remaining] = takeLine(rest, room - slack);
    lines.push(line.replaceAll("\n", margin));
    rest = remaining;
  }
  return prefix + lines.join(margin);
}

function takeLine(text: string, length: number): [line: string, rest: string] {
  if (length + slack > text.length) return [text, ""];
  const head = text.slice(0, length);
  const blank = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\t"), head.lastIndexOf("\n"));
  if (blank <= 0) return [text, ""];
  const newline = head.lastIndexOf("\n");
  const end = newline > 0 && newline < blank ? newline : blank;
  return [text.slice(0, end), text.slice(end + 1)];
}

/** Breaks a paragraph where the lines come out most even: the sum of squared leftovers is the least. */
export function wrapParagraph(text: string, width: number): string {
  const words = text.replaceAll("\n", " ").split(" ");
  const best: { cost: number; next: number }[] = [];
  for (let first = words.length - 1; first >= 0; first--) best[first] = bestBreak(words, first, width, best);
  const lines: string[] = [];
  for (let first = 0; first < words.length; first = best[first]?.next ?? words.length) {
    lines.push(words.slice(first, best[first]?.next).join(" "));
  }
  return lines.join("\n");
}

const overlongPenalty = 1e5;

function bestBreak(words: string[], first: number, width: number, best: { cost: number; next: number }[]) {
  if (first === words.length - 1 || words.slice(first).join(" ").length <= width) {
    return { cost: 0, next: words.length };
  }
  let choice = { cost: Number.POSITIVE_INFINITY, next: words.length };
  let length = -1;
  for (let next = first + 1; next < words.length; next++) {
    length += 1 + (words[next - 1] ?? "").length;
    const leftover = width - length;
    const cost = leftover ** 2 + (best[next]?.cost ?? 0) + (leftover < 0 ? overlongPenalty : 0);
    if (cost < choice.cost) choice = { cost, next };
  }
  return choice;
}
