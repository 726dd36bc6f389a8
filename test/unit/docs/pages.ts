/** The pages for people, and the parts of them that are there to be typed. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../../..");

export const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** Every page for people who run a stack, or to whom the repository is new. */
export const pages: readonly string[] = [
  "README.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "bench/README.md",
  ...globSync("docs/**/*.md", { cwd: root }).sort(),
];

/** A block of a page that people type in a shell. */
export interface Block {
  /** The headings above it, the nearest one last. */
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

/** The text between backticks as a reader sees it, without code blocks and hidden comments. */
export function codeSpans(page: string): string[] {
  const prose = textOf(page).replaceAll(/<!--.*?-->|^\s*```[\s\S]*?^\s*```$/gm, "");
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, text = ""]) =>
    text.replaceAll("\\|", "|").replaceAll(/\s+/g, " "),
  );
}

/** All lines of a page that are for a shell, from blocks and from between backticks. */
export const typedLines = (page: string): string[] => [
  ...shellBlocks(page).flatMap(({ lines }) => lines),
  ...codeSpans(page),
];
