import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, textOf } from "./pages.ts";

const architecture = textOf("docs/architecture.md");

/** The first cells of the rows of the table whose first heading this is. */
function firstCells(head: string): string[] {
  const lines = architecture.split("\n");
  const begin = lines.findIndex((line) => line.startsWith(`| ${head} |`)) + 2;
  const end = lines.findIndex((line, index) => index > begin && !line.startsWith("|"));
  return lines.slice(begin, end).map((line) => line.split("|")[1]?.trim() ?? "");
}

/** The objects that the component makes, by the part of their names after the component's own name. */
const objects = () => {
  const sources = globSync("components/**/*.ts", { cwd: root }).map(textOf);
  return new Set(
    sources.flatMap((text) => [...text.matchAll(/`\$\{name\}-([a-z-]+)`/g)].map(([, name]) => name)),
  );
};

test("the table of an update has every object that the component makes, and no other", () => {
  const rows = firstCells("object").flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  // The objects that belong to the image are named after it.
  const made = [...objects()].map((name) =>
    ["push", "docker"].includes(name ?? "") ? `image-${name}` : name,
  );
  expect(rows.toSorted()).toEqual(made.toSorted());
});

test("the picture of an update has the objects that every stack gets", () => {
  const picture = textOf("docs/pictures/update.svg");
  const missing = [...objects()]
    .filter((name) => !["push", "docker", "claude-token"].includes(name ?? ""))
    .filter((name) => !picture.includes(`${name}`));
  expect(missing).toEqual([]);
});

describe.each(globSync("docs/pictures/*", { cwd: root }))("%s", (picture) => {
  test("is shown on a page, and is small", () => {
    const pages = ["README.md", "docs/architecture.md"].map(textOf).join("\n");
    expect(pages).toContain(picture.replace("docs/", ""));
    expect(statSync(join(root, picture)).size).toBeLessThan(150_000);
  });
});

test.each(globSync("docs/pictures/*.svg", { cwd: root }))(
  "%s can be read on a light and on a dark page",
  (picture) => {
    const text = readFileSync(join(root, picture), "utf8");
    expect(text).toContain("prefers-color-scheme: dark");
    expect(text).toMatch(/role="img" aria-label="[^"]{20,}"/);
  },
);
