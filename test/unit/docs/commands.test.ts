import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { codeSpans, pages, root, shellBlocks, textOf, typedLines } from "./pages.ts";
import { callsOf, expectTyped } from "./typed.ts";

/** Everything that the pages tell people to type exists. test/engine/readme.test.ts types the steps for a client. */
const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
const settings = Object.keys(parse(textOf("Pulumi.yaml")).config);

/** npm's own commands that the pages use. */
const ofNpm = ["ci", "install", "outdated", "test"];

/** The calls of a program in a page. A code span that is not a line of a shell, e.g. one with a single quotation mark, has none. */
function calls(program: string, page: string): string[][] {
  return typedLines(page)
    .filter((line) => new RegExp(`(^|[\\s("])${program} `).test(line))
    .flatMap((line) => callsOf(program, line));
}

const scriptProblem = ([command = "", script = ""]: string[]): string | undefined => {
  if (command === "run") return scripts[script] ? undefined : `npm run ${script}`;
  return ofNpm.includes(command) ? undefined : `npm ${command}`;
};

function settingProblem([command, action, ...words]: string[]): string | undefined {
  if (command !== "config" || (action !== "set" && action !== "rm")) return undefined;
  const key = words.find((word) => !word.startsWith("-"))?.replace(/[.[].*$/, "");
  // A key in capitals stands for any setting; no key at all means that the command itself is meant.
  return key === undefined || key === "NAME" || settings.includes(key)
    ? undefined
    : `pulumi config ${action} ${key}`;
}

describe.each(pages)("%s", (page) => {
  test("has only calls of flyctl that flyctl takes", () => {
    const wholes = calls("flyctl", page).filter(([first]) => /^[a-z]/.test(first ?? ""));
    for (const words of wholes) expect(() => expectTyped(words), words.join(" ")).not.toThrow();
  });

  test("has only scripts that package.json has", () => {
    expect(calls("npm", page).flatMap((words) => scriptProblem(words) ?? [])).toEqual([]);
  });

  test("has only settings that Pulumi.yaml has", () => {
    expect(calls("pulumi", page).flatMap((words) => settingProblem(words) ?? [])).toEqual([]);
  });

  test("names only files that are there", () => {
    const named = codeSpans(page).filter((text) =>
      /^(bench|components|docker|docs|local|ops|program|test)\/[\w./-]+$/.test(text),
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("links only to files and headings that are there", () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !isThere(page, link))).toEqual([]);
  });
});

/** Whether a link of a page leads somewhere. Headings have the anchors that hosting sites derive from them. */
function isThere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  if (anchor === undefined) return true;
  const headings = textOf(target).matchAll(/^#+ (.*)$/gm);
  const anchors = [...headings].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return anchors.includes(anchor);
}

describe("a page with a mistake is found:", () => {
  test("a flag or a command that flyctl does not have", () => {
    expect(() => expectTyped(["machine", "exec", "ID", "x", "--ap", "APP"])).toThrow(/unknown flag: --ap/);
    expect(() => expectTyped(["machine", "exce", "ID"])).toThrow();
  });

  test("a script that is not there", () => {
    expect(scriptProblem(["run", "doktor"])).toBe("npm run doktor");
  });

  test("a setting that is not there, with and without a path", () => {
    expect(settingProblem(["config", "set", "--path", "extraSecret.NAME"])).toContain("extraSecret");
    expect(settingProblem(["config", "set", "--path", "tags[0]", "tag:a"])).toBeUndefined();
  });

  test("a link to a heading that is not there", () => {
    expect([isThere("README.md", "docs/security.md#nobody"), isThere("README.md", "#settings")]).toEqual([
      false,
      true,
    ]);
  });
});

test("every file of docs/ is linked from README or from a page that README links", () => {
  const linked = (page: string) =>
    [...textOf(page).matchAll(/\]\(([^)#:]+)[^)]*\)/g)].map(([, path = ""]) => join(dirname(page), path));
  const first = linked("README.md");
  const reached = new Set([...first, ...first.filter((path) => path.endsWith(".md")).flatMap(linked)]);
  expect(pages.filter((page) => page !== "README.md" && !reached.has(page))).toEqual([]);
});

test("the steps for a client have commands for its token, its stack, its invitation, its policy and its check", () => {
  const typed = shellBlocks("README.md").filter(
    ({ under }) => under.at(-1) === "From nothing to the open page",
  );
  expect(typed.map(({ lines }) => lines.at(-1)?.split(" ").slice(0, 3).join(" "))).toEqual([
    expect.stringContaining('FLY_API_TOKEN="$(flyctl'),
    expect.stringContaining("TAILSCALE_OAUTH_CLIENT_ID"),
    "pulumi up",
    "pulumi stack output",
    "pulumi stack output",
    "npm run doctor",
  ]);
});
