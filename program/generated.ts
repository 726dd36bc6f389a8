/** Parts of files that are made from a table of the program: what stands between two markers. */
import { variableParts } from "./variableParts.ts";

export interface GeneratedPart {
  /** From the repository's root. */
  file: string;
  /** The line before the part. */
  begin: string;
  /** The line after it. */
  end: string;
  text: () => string;
}

export const generatedParts: readonly GeneratedPart[] = [...variableParts];

/** A file's content with the part between its markers. @throws Error when the file has no markers. */
export function withPart(content: string, { file, begin, end, text }: GeneratedPart): string {
  const [from, to] = [content.indexOf(begin), content.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no "${begin}" before a "${end}"`);
  return `${content.slice(0, from + begin.length)}\n${text()}\n${content.slice(to)}`;
}
