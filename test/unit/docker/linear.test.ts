import { describe, expect, test } from "vitest";
import { linear, withoutFlags } from "../../../docker/build/linear.mjs";
import { numbers } from "../../support/numbers.ts";

const patterns = [
  /https?:\/\/[^\s<>()]+|\/[^\s<>()]+|[A-Z][A-Z0-9]*-\d+/gi,
  /^Bearer\s+(.+)$/i,
  /[a-f0-9_-]{2,}[^x-z]+k/i,
  /(?<name>[k-s]+)[\w/]*[/]/i,
  /ready\s+to\s+merge/iu,
  /[ .]+$/u,
  /^\s*external owner\s*:\s*(.+)$/im,
  /(['"]).+?\1\s*:/i,
  /[^\p{L}\p{N}]+/u,
];
/** Letters and their other case, letters that Unicode treats as another case of an ASCII letter, and half of a surrogate pair. */
const letters = [..."aAkKsSxXzZ09 -_/:.<>=\"'\n", "K", "ſ", "é", "É", "😀", "\ud83d"];

function* texts() {
  const next = numbers(14);
  const word = () =>
    ["Bearer ", "TASK-12", "https://", "ready to  MERGE", "External owner:"][next(50)] ??
    letters[next(letters.length)];
  for (let n = 0; n < 5000; n += 1) yield Array.from({ length: next(24) }, word).join("");
}

const matches = (pattern: RegExp, text: string) => {
  const all = new RegExp(pattern, pattern.flags.includes("g") ? pattern.flags : `${pattern.flags}g`);
  return [...text.matchAll(all)].map((match) => [match.index, ...match, match.groups?.name]);
};

/** The pattern that replaces this one in the code. */
function rewritten({ source, flags }: RegExp): RegExp {
  const literal = withoutFlags({ pattern: source, flags });
  const end = literal.lastIndexOf("/");
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
}

describe("a pattern that V8 shall match in linear time", () => {
  test.each(patterns.map((pattern) => [pattern]))("matches what it matched: %s", (pattern) => {
    const other = rewritten(pattern);
    let found = 0;
    for (const text of texts()) {
      const before = matches(pattern, text);
      expect(matches(other, text), JSON.stringify(text)).toEqual(before);
      found += before.length;
    }
    expect(found).toBeGreaterThan(0);
  });

  test("has neither of the flags that the linear engine does not know", () => {
    expect(withoutFlags({ pattern: "[A-Z]+-\\d", flags: "gi" })).toBe("/(?:[A-Za-z]+-\\d)/g");
    expect(withoutFlags({ pattern: "[ .]+$", flags: "u" })).toBe("/[ \\.]+$/");
  });

  test.each(["/(a)\\1/i", "/\\p{L}+/u", "/\\bready/iu", "/[a--b]/v"])(
    "stays as it is where that gains nothing: %s",
    (literal) => {
      const [, pattern = "", flags = ""] = /^\/(.*)\/(\w+)$/.exec(literal) ?? [];
      expect(withoutFlags({ pattern, flags })).toBe(literal);
    },
  );
});

describe("a module", () => {
  test("keeps everything but its patterns: not what looks like one in a text, a comment or a division", () => {
    const code = (pattern: string) =>
      `// /a/i\nconst half = "/a/i" + \`/a/i \${b /a/i}\`;\nexport default ${pattern}.test(half);`;
    expect(linear(code("/a/i"))).toBe(code("/(?:[Aa])/"));
  });

  test("may be of either kind", () => {
    expect(linear("module.exports = /a/i; return;")).toBe("module.exports = /(?:[Aa])/; return;");
    expect(linear("with (a) b = /a/i;")).toBe("with (a) b = /(?:[Aa])/;");
  });

  test("that is no JavaScript stays as it is", () => {
    expect(linear("{{ /a/i")).toBe("{{ /a/i");
  });
});
