import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { signature } from "../../../docker/server/signature.js";

const folder = mkdtempSync(join(tmpdir(), "signature-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The author of a commit whose settings have this name as agentHome.sh writes it. */
function authorOf(name: string): string {
  const file = join(folder, "gitconfig");
  const quoted = name.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  writeFileSync(file, `[user]\n\tname = "${quoted}"\n\temail = a@agents.invalid\n`);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_SYSTEM: file,
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  return execFileSync("git", ["var", "GIT_AUTHOR_IDENT"], { env, encoding: "utf8" }).replace(/ <a@.*\n/, "");
}

describe("an agent's commits have its name", () => {
  test.each([
    ["Alice"],
    ["Jörg Müller-Lüdenscheidt"],
    ["田中 花子"],
    ["🦄"],
    ["👩‍💻 of the house"],
    ["[core] # ; = \\"],
    ['the "quoted" one'],
    ["-c user.name=x"],
    ["$(id) `id`"],
  ])("%s", (name) => {
    expect(signature(name)).toBe(name);
    // Git itself leaves out what its format cannot have at the ends.
    expect(authorOf(signature(name))).toBe(name.replace(/\\$/, "").trim());
  });

  test.each([
    ["two\nlines", "two lines"],
    ["two\r\n[core]\n\tpager = id", "two [core] pager = id"],
    ["  spaces  around ", "spaces around"],
    ["Alice <a@b.c>", "Alice a@b.c"],
    ["a\u0000b\u001b[31m", "a b [31m"],
    ["a\u2028b", "a b"],
    ["x".repeat(300), "x".repeat(100)],
    ["🦄".repeat(300), "🦄".repeat(100)],
  ])("on one line, and not longer than a line: %j", (name, line) => {
    expect(signature(name)).toBe(line);
    expect(authorOf(line)).toBe(line);
  });

  test.each([
    ["   "],
    [""],
    ["\n"],
    ['"'],
    [". , ; :"],
    ["<>"],
    ["\\"],
    ["\u200b"],
    [`${".".repeat(100)}A`],
    [undefined],
  ])("unless nothing of it is left for git, which would refuse the commit: %j", (name) => {
    expect(signature(name)).toBe("Agent");
  });
});
