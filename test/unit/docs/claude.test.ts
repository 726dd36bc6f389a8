import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { setClaudeToken } from "../../../components/anthropic/credentials.ts";

/** What people have to know before they put a credential for Claude into a stack, or an image into a registry. */
const readme = readFileSync(join(import.meta.dirname, "../../../README.md"), "utf8");
const sentences = readme.replaceAll(/\s+/g, " ");

describe("README", () => {
  test("has a client use an API key: it is in the steps, and the token is not", () => {
    const steps = readme.slice(
      readme.indexOf("## From nothing to the open page"),
      readme.indexOf("## Claude for the agents"),
    );
    expect(steps).toContain("pulumi config set --secret anthropicKey");
    expect(steps).not.toContain("claudeToken");
  });

  test("names the API credits of Anthropic's plans, with their date", () => {
    expect(sentences).toMatch(/As of October 2026: Max \$100, Ultra \$200, Team .* up to \$500; Pro none\./);
    expect(sentences).toContain("platform.claude.com/docs/en/about-claude/api-credits-for-subscribers");
    expect(sentences).toContain("They are not for Claude Code");
  });

  test("leaves the token to the account's owner, with Anthropic's terms", () => {
    expect(sentences).toMatch(
      /only for the owner of the account, in a stack of their own.*code\.claude\.com\/docs\/en\/legal-and-compliance/,
    );
  });

  test("has the command that takes a token on two lines, as errors and doctor print it", () => {
    expect(readme).toContain(`  ${setClaudeToken} `);
  });

  test("says that both credentials at once are billed by use", () => {
    expect(sentences).toContain("Where both are set, agents use the key, which is billed by use");
  });

  test("says that a prebuilt image is for one's own organization, because of Claude Code's licence", () => {
    expect(sentences).toMatch(
      /Claude Code in it, and its licence .* a prebuilt image is for your own organization only/,
    );
  });
});
