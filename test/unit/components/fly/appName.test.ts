import { expect, test } from "vitest";
import { deriveAppName } from "../../../../components/fly/appName.ts";
import { appNameProblem } from "../../../../components/settings/rules.ts";

test.each([
  ["paperclip", "dev", "paperclip-dev"],
  ["paperclip", "Acme_Corp.eu", "paperclip-acme-corp-eu"],
  ["2nd project", "x", "nd-project-x"],
  ["paperclip", "trailing-", "paperclip-trailing"],
])("project %s and stack %s make the app %s", (project, stack, name) => {
  expect(deriveAppName(project, stack)).toBe(name);
});

test("two long names with the same beginning stay two names, both valid", () => {
  const long = "a-client-with-a-name-that-is-far-too-long-for-any-dns-label-there-is";
  const names = [deriveAppName("paperclip", `${long}-one`), deriveAppName("paperclip", `${long}-two`)];
  expect(names[0]).not.toBe(names[1]);
  for (const name of names) expect(appNameProblem(name)).toBeUndefined();
});

test("the same stack always gets the same name", () => {
  const long = "x".repeat(100);
  expect(deriveAppName("paperclip", long)).toBe(deriveAppName("paperclip", long));
});
