import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextDigest } from "../../../../local/providers/docker/contextDigest.ts";
import { contextFiles, matcherFor } from "../../../../local/providers/docker/contextFiles.ts";
import { parseIgnoreFile } from "../../../../local/providers/docker/ignore.ts";
import { evalSymlinks } from "../../../../local/providers/docker/symlinks.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "context-"));
  for (const path of ["a/b/c.md", "a/b.txt", "a-b", "docs/x.md", "docs/y.txt", "README.md", "[odd]"]) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), path);
    chmodSync(join(folder, path), 0o644);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

const paths = (...patterns: string[]) =>
  [...contextFiles(folder, matcherFor(patterns))].map(({ path }) => path);

describe(".dockerignore", () => {
  test("is read without comments, blanks, and the slashes that mean nothing", () => {
    const text = "\uFEFF# comment\n\n /logs/* \r\n!/logs/keep/\nx//y/../z\n";
    expect(parseIgnoreFile(text)).toEqual(["logs/*", "!logs/keep", "x/z"]);
  });

  test("without patterns leaves everything, folders before their content, in the order of bytes", () => {
    expect(paths()).toEqual([
      "README.md",
      "[odd]",
      "a",
      "a/b",
      "a/b/c.md",
      "a/b.txt",
      "a-b",
      "docs",
      "docs/x.md",
      "docs/y.txt",
    ]);
  });

  test.each([
    [["**/*.md"], ["[odd]", "a", "a/b", "a/b.txt", "a-b", "docs", "docs/y.txt"]],
    [
      ["*.md", "a", "docs"],
      ["[odd]", "a-b"],
    ],
    [["**", "!docs/y.txt"], ["docs/y.txt"]],
    [
      ["docs", "!docs/*.txt", "a*"],
      ["README.md", "[odd]", "docs/y.txt"],
    ],
    [
      ["a/**", "*.md", "docs/?.txt", "\\[odd\\]"],
      ["a", "a-b", "docs", "docs/x.md"],
    ],
    [
      ["[A-Z]*", "a?b", "**/c.md"],
      ["[odd]", "a", "a/b", "a/b.txt", "docs", "docs/x.md", "docs/y.txt"],
    ],
  ])("with %j leaves %j", (patterns, left) => {
    expect(paths(...patterns)).toEqual(left);
  });

  test.each(["[", "a[", "a\\", "[]a]", "[-]"])("refuses the pattern %s", (pattern) => {
    expect(() => paths(pattern)).toThrow(`invalid excludepatterns: [${pattern}]: syntax error in pattern`);
  });
});

describe("links", () => {
  beforeAll(() => {
    symlinkSync("b", join(folder, "a", "inner"));
    symlinkSync("a/inner", join(folder, "outer"));
    symlinkSync("loop", join(folder, "loop"));
  });

  test("are followed step by step, to a path as relative as the one they start from", () => {
    process.chdir(folder);
    expect(evalSymlinks("outer/c.md")).toBe("a/b/c.md");
    expect(evalSymlinks("a/inner/../inner")).toBe("a/b");
    expect(evalSymlinks(join(folder, "outer"))).toBe(join(folder, "a/b"));
  });

  test.each([
    ["loop", "too many links"],
    ["a/none", "lstat a/none: no such file or directory"],
  ])("to nowhere are an error: %s", (path, message) => {
    process.chdir(folder);
    expect(() => evalSymlinks(path)).toThrow(message);
  });
});

test("a link that leads nowhere takes the rest of its folder out of the digest, as in the real plugin", async () => {
  const context = join(folder, "docs");
  writeFileSync(join(context, "Dockerfile"), "FROM scratch\n");
  const digest = () => contextDigest(context, join(context, "Dockerfile"));
  symlinkSync("nowhere", join(context, "w"));
  const before = await digest();
  writeFileSync(join(context, "y.txt"), "changed");
  expect(await digest()).toBe(before);
  rmSync(join(context, "w"));
  expect(await digest()).not.toBe(before);
});
