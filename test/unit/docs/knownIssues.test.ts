import { expect, test } from "vitest";
import { knownIssues } from "../../../docker/build/assumptions/knownIssues.mjs";
import { textOf } from "./pages.ts";

const page = textOf("docs/known-issues.md");
const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, title = ""]) => title);

test("each known issue is compared with Paperclip's code, so that its repair is noticed, and has its heading in that message", () => {
  const compared = knownIssues.map(({ name }) => name.replace(/^known issue: /, "").split(":")[0]);
  expect(new Set(compared)).toEqual(new Set(headings));
});

test("each known issue says how it shows and what to do", () => {
  for (const part of page.split(/^## /m).slice(1)) {
    expect(part).toContain("**How it shows:**");
    expect(part).toContain("**What to do:**");
  }
});

test("the page is of the version that the image has", () => {
  const { dependencies } = JSON.parse(textOf("docker/package.json")) as {
    dependencies: { paperclipai: string };
  };
  expect(page).toContain(`Paperclip ${dependencies.paperclipai} itself`);
});
