import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextDigest } from "../../../../local/providers/docker/contextDigest.ts";
import { contextFiles, ignorePatterns } from "../../../../local/providers/docker/contextFiles.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "context-"));
  for (const path of ["a/b/c.md", "a/b.txt", "a-b", "docs/x.md", "docs/y.txt", "README.md"]) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), path);
    chmodSync(join(folder, path), 0o644);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

const paths = (...patterns: string[]) => [...contextFiles(folder, patterns)].map(({ path }) => path);

describe(".dockerignore", () => {
  test("without patterns leaves everything, folders before their content, in the order of bytes", () => {
    expect(paths()).toEqual([
      "README.md",
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
    [["**/*.md"], ["a", "a/b", "a/b.txt", "a-b", "docs", "docs/y.txt"]],
    [["*.md", "a", "docs"], ["a-b"]],
    [["**", "!docs/y.txt"], ["docs/y.txt"]],
    [
      ["docs", "!docs/*.txt", "a*"],
      ["README.md", "docs/y.txt"],
    ],
    [
      ["a/**", "*.md", "docs/?.txt"],
      ["a", "a-b", "docs", "docs/x.md"],
    ],
    [
      ["# README.md", "", " /docs/* ", "!/docs/x.md/", "a//b/../b"],
      ["README.md", "a", "a/b.txt", "a-b", "docs", "docs/x.md"],
    ],
  ])("with %j leaves %j", (patterns, left) => {
    expect(paths(...patterns)).toEqual(left);
  });

  test.each(["[", "a[b]", "a\\", "a+b"])("that the library reads otherwise is refused: %s", (pattern) => {
    expect(() => paths(pattern)).toThrow(`does not serve the pattern ${pattern} in .dockerignore`);
  });

  test("beside the Dockerfile under its name comes before the context's", () => {
    writeFileSync(join(folder, ".dockerignore"), "\uFEFF*.md\r\nx");
    expect(ignorePatterns(folder)).toEqual(["*.md", "x"]);
    writeFileSync(join(folder, "Dockerfile.dockerignore"), "y");
    expect(ignorePatterns(folder)).toEqual(["y"]);
  });
});

test("a link counts by the path to which it leads, and one to nothing is an error that names it", async () => {
  const context = join(folder, "docs");
  writeFileSync(join(context, "Dockerfile"), "FROM scratch\n");
  symlinkSync("x.md", join(context, "link"));
  const before = await contextDigest(context);
  rmSync(join(context, "link"));
  symlinkSync("y.txt", join(context, "link"));
  expect(await contextDigest(context)).not.toBe(before);
  symlinkSync("nowhere", join(context, "w"));
  await expect(contextDigest(context)).rejects.toThrow('error while hashing "w"');
});
