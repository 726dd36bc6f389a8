/** The pages for people, and what stands in them as something to type. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../../..");

export const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** Every page for people who run a stack, and for whom the repository is new. */
export const pages: readonly string[] = [
  "README.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "bench/README.md",
  ...globSync("docs/**/*.md", { cwd: root }).sort(),
];

/** A block of a page that is typed in a shell. */
export interface Block {
  /** The headings above it, the nearest last. */
  under: string[];
  /** Its lines without indentation and without comments. */
  lines: string[];
}

/** The blocks of a page in their order. */
export function shellBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  let under: string[] = [];
  let block: Block | undefined;
  for (const line of textOf(page).split("\n")) {
    const [, marks = "", title = ""] = /^(#+) (.*)/.exec(line) ?? [];
    if (!block && marks) under = [...under.slice(0, marks.length - 1), title];
    else if (/^\s*```sh$/.test(line)) block = { under, lines: [] };
    else if (block && /^\s*```$/.test(line)) {
      blocks.push(block);
      block = undefined;
    } else block?.lines.push(line.trim().replace(/\s+#.*$/, ""));
  }
  return blocks;
}

/** What stands between backticks, apart from blocks and from what is not shown, as somebody reads it. */
export function codeSpans(page: string): string[] {
  const prose = textOf(page).replaceAll(/<!--.*?-->|^\s*```[\s\S]*?^\s*```$/gm, "");
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, text = ""]) =>
    text.replaceAll("\\|", "|").replaceAll(/\s+/g, " "),
  );
}

/** Everything of a page that is a line for a shell, from blocks and from between backticks. */
export const typedLines = (page: string): string[] => [
  ...shellBlocks(page).flatMap(({ lines }) => lines),
  ...codeSpans(page),
];
