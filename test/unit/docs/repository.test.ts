import { expect, test } from "vitest";
import { nodeProblem } from "../../../program/nodeVersion.mjs";
import { textOf } from "./pages.ts";

/** What a repository for others needs. Its files agree with each other. */
const { version, license, engines } = JSON.parse(textOf("package.json"));
const least = engines.node.replace(">=", "");

test("the licence is that of package.json, and names its holder", () => {
  expect(textOf("LICENSE")).toMatch(
    new RegExp(`^${license} License\n\nCopyright \\(c\\) \\d{4} the Paperclip on Fly authors\n`),
  );
});

test("README and the version managers' file ask for a Node.js that runs this", () => {
  expect(textOf("README.md")).toContain(`| Node | ${least} or newer`);
  const newest = `${textOf(".node-version").trim()}.99.0`;
  expect(nodeProblem(newest)).toBeUndefined();
});

test("the changelog has this version with its date, and what changed since", () => {
  const log = textOf("CHANGELOG.md");
  expect(log).toMatch(new RegExp(`^## ${version} - \\d{4}-\\d\\d-\\d\\d$`, "m"));
  expect(log.indexOf("## Unreleased")).toBeLessThan(log.indexOf(`## ${version}`));
  const groups = [...log.matchAll(/^### (.*)$/gm)].map(([, group]) => group);
  const known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
  expect(groups.filter((group) => !known.includes(group ?? ""))).toEqual([]);
});

test("the security policy has a private way to report, and the model behind it", () => {
  const policy = textOf("SECURITY.md").replaceAll(/\s+/g, " ");
  expect(policy).toContain("report it privately, through the private vulnerability report");
  expect(policy).toContain("docs/security.md#what-is-not-defended");
});
