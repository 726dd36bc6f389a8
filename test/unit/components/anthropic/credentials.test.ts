import { describe, expect, test } from "vitest";
import {
  bothText,
  type CredentialSetting,
  credentialProblem,
  rightSetting,
} from "../../../../components/anthropic/credentials.ts";
import { anthropicKey, claudeToken, onTwoLines } from "../../../support/credentials.ts";

const token = claudeToken("canary");
const key = anthropicKey("canary");

describe("what may be right is taken:", () => {
  test.each<[string, CredentialSetting, string]>([
    ["a whole token", "claudeToken", token],
    ["a whole API key", "anthropicKey", key],
    ["a token of a later form, of another length", "claudeToken", "sk-ant-oat02-short"],
    ["an API key of a later form", "anthropicKey", "sk-ant-api04-short"],
    ["a key of a gateway's own", "anthropicKey", "sk-1234"],
  ])("%s", (_what, setting, value) => expect(credentialProblem(setting, value)).toBeUndefined());
});

describe("what is certainly wrong is refused, with the reason and nothing of the value:", () => {
  test.each<[string, CredentialSetting, string, RegExp]>([
    [
      "the first line of a token",
      "claudeToken",
      token.slice(0, 80),
      /cut off: it has 80 characters.*two lines/,
    ],
    ["a first line of 79", "claudeToken", token.slice(0, 79), /cut off/],
    [
      "the first line of a token of a later form",
      "claudeToken",
      `sk-ant-oat02-canary${"x".repeat(61)}`,
      /cut off/,
    ],
    ["the second line of a token", "claudeToken", "canary".padEnd(28, "x"), /not a token/],
    [
      "both lines with the break between them",
      "claudeToken",
      onTwoLines(token).trim(),
      /line breaks.*two lines/,
    ],
    ["a token with a blank before it", "claudeToken", ` ${token}`, /blanks/],
    [
      "an API key as the token",
      "claudeToken",
      key,
      /an Anthropic API key, and that is the setting anthropicKey/,
    ],
    ["a cut API key as the token", "claudeToken", key.slice(0, 80), /setting anthropicKey/],
    ["a token as the API key", "anthropicKey", token, /token of a Claude subscription.*setting claudeToken/],
    ["a cut API key", "anthropicKey", key.slice(0, 80), /cut off: it has 80/],
    ["an API key with a line break", "anthropicKey", `${key}\n`, /line breaks/],
    ["an admin key", "anthropicKey", "sk-ant-admin01-canary", /admin key.*begins with sk-ant-api/],
    ["a refresh token", "claudeToken", "sk-ant-ort01-canary", /refresh token.*begins with sk-ant-oat/],
  ])("%s", (_what, setting, value, reason) => {
    const problem = credentialProblem(setting, value);
    expect(problem).toMatch(reason);
    expect(problem).not.toContain("canary");
  });
});

test("an error says where a credential belongs that is in the other one's setting", () => {
  expect(rightSetting("claudeToken", key)).toBe("anthropicKey");
  expect(rightSetting("anthropicKey", token)).toBe("claudeToken");
  expect(rightSetting("claudeToken", token)).toBeUndefined();
  expect(rightSetting("anthropicKey", "sk-ant-admin01-canary")).toBeUndefined();
});

test("only a stack with both credentials is told which one is used", () => {
  expect(bothText({ claudeToken: true, anthropicKey: false })).toBeUndefined();
  expect(bothText({ claudeToken: false, anthropicKey: true })).toBeUndefined();
  expect(bothText({ claudeToken: true, anthropicKey: true })).toMatch(/use the key, which is billed by use/);
});
