/** A part of a file that is made from a table of the program: what stands between two markers. */
export interface GeneratedPart {
  /** From the repository's root. */
  file: string;
  /** The line before the part. */
  begin: string;
  /** The line after it. */
  end: string;
  text: () => string;
}

/** A file's content with the part between its markers. @throws Error when the file has no markers. */
export function withPart(content: string, { file, begin, end, text }: GeneratedPart): string {
  const from = content.indexOf(begin);
  const to = content.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${file} has no "${begin}" before a "${end}"`);
  return `${content.slice(0, from + begin.length)}\n${text()}\n${content.slice(to)}`;
}
