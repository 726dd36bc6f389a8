import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** What people have to know beforehand, because no program can undo it. */
const readme = (await readFile("README.md", "utf8")).replace(/\s+/g, " ");

test("README says to add a card before anything else, and what Fly.io does without one", () => {
  const card = readme.indexOf("needs a payment method");
  expect(card).toBeGreaterThan(0);
  expect(card).toBeLessThan(readme.indexOf("**Fly.io token**"));
  expect(readme).toContain("stops each machine five minutes after its start");
});

test("README says that destroy is final at once, the volume's snapshots included", () => {
  expect(readme).toMatch(
    /`pulumi destroy` removes .*\*\*It is final at once: Fly\.io deletes an app's volumes together with all their snapshots\.\*\*/,
  );
});

test("README says that any start of the machine brings in what is staged, and how long an update waits", () => {
  expect(readme).toContain("any other start of the machine brings it in, too");
  expect(readme).toContain("waits a quarter of an hour");
  expect(readme).toContain("PAPERCLIP_ON_FLY_WAIT_MINUTES");
});
