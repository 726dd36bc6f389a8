// .dockerignore: which files of a build context the daemon gets to see. https://docs.docker.com/build/concepts/context/
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";

interface Pattern {
  isException: boolean;
  matches: (path: string) => boolean;
}

/** Which patterns a folder matched: its content matches them too. */
export type FolderMatches = boolean[];

const clean = (path: string) => normalize(path.trim()).replace(/(.)\/$/, "$1");

/** Patterns of an ignore file: cleaned, and relative to the context. */
export function parseIgnoreFile(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const patterns = lines.filter((line) => !line.startsWith("#")).map((line) => line.trim());
  return patterns.filter(Boolean).map((pattern) => {
    const isException = pattern.startsWith("!");
    const body = isException ? pattern.slice(1).trim() : pattern;
    const path = body === "" ? "" : clean(body).replace(/^\/(.)/, "$1");
    return isException ? `!${path}` : path;
  });
}

/** Of `DOCKERFILE.dockerignore` and the context's `.dockerignore` the first that exists. */
export function readIgnorePatterns(dockerfile: string, context: string): string[] {
  for (const path of [`${dockerfile}.dockerignore`, join(context, ".dockerignore")]) {
    try {
      return parseIgnoreFile(readFileSync(path, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return [];
}

function isMalformed(pattern: string): boolean {
  const character = String.raw`(?:\\.|[^\]\\-])`;
  const set = String.raw`\[\^?(?:${character}(?:-${character})?)+\]`;
  return !new RegExp(String.raw`^(?:${set}|\\.|[^\[\\])*$`, "su").test(pattern);
}

/** `*` stays inside a folder, `**` crosses folders, and a leading `**` also stands for nothing at all. */
function toExpression(pattern: string): RegExp {
  const tokens = pattern.match(/\*\*\/?|\\.|[\s\S]/gu) ?? [];
  const parts = tokens.map((token, i) => {
    if (token.startsWith("**")) return i === tokens.length - 1 ? ".*" : "(.*/)?";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    return /^[.+()$]$/.test(token) ? `\\${token}` : token;
  });
  return new RegExp(`^${parts.join("")}$`, "s");
}

function matcherOf(pattern: string): (path: string) => boolean {
  const literal = pattern.replace(/^\*\*\/?/, "");
  const hasWildcard = (text: string) => /[*?[\]\\]/.test(text);
  if (!hasWildcard(pattern)) return (path) => path === pattern;
  if (pattern.startsWith("**") && !hasWildcard(literal)) {
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
  }
  if (pattern.endsWith("**") && !hasWildcard(pattern.slice(0, -2))) {
    return (path) => path.startsWith(pattern.slice(0, -2));
  }
  const expression = toExpression(pattern);
  return (path) => expression.test(path);
}

export class IgnoreMatcher {
  readonly #patterns: Pattern[];
  readonly hasExceptions: boolean;

  /** Throws when a pattern is malformed. */
  constructor(patterns: string[]) {
    this.#patterns = patterns
      .filter((pattern) => pattern.trim() !== "")
      .map(clean)
      .map((pattern) => {
        const isException = pattern.startsWith("!");
        const body = isException ? pattern.slice(1) : pattern;
        if (isException && body === "") throw new Error('illegal exclusion pattern: "!"');
        if (isMalformed(body)) throw new Error("syntax error in pattern");
        return { isException, matches: matcherOf(body) };
      });
    this.hasExceptions = this.#patterns.some(({ isException }) => isException);
  }

  /**
   * The last pattern that matches decides.
   * @param folder what the folder of the path matched; undefined at the top of the context
   */
  match(path: string, folder: FolderMatches | undefined): { ignored: boolean; matches: FolderMatches } {
    let ignored = false;
    const matches = this.#patterns.map(({ isException, matches: isMatch }, i) => {
      // A pattern that could not change the outcome is not even tried, and its folder is not remembered for it.
      const match = folder?.[i] || (isException === ignored && isMatch(path));
      if (match) ignored = !isException;
      return match;
    });
    return { ignored, matches };
  }
}
