import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { offered, ownCredential, stepFor, uids } from "../../../docker/server/stackCredentials.js";

const key = { ANTHROPIC_API_KEY: "a key" };
const token = { CLAUDE_CODE_OAUTH_TOKEN: "a token" };
const codex = { OPENAI_API_KEY: "a key of OpenAI" };
const all = (_program: string) => true;
const none = (_program: string) => false;

/** The variables whose accounts a stack with these offers. */
const offeredOf = (env: Record<string, string>, carries = all) =>
  offered(env, carries).map(({ variable }) => variable);

describe("a stack offers", () => {
  test.each<[string, Record<string, string>, string[]]>([
    ["nothing without a credential", {}, []],
    ["its key", key, ["ANTHROPIC_API_KEY"]],
    ["its token", token, ["CLAUDE_CODE_OAUTH_TOKEN"]],
    ["both", { ...key, ...token }, ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"]],
    [
      "no token that its setting keeps back",
      { ...key, ...token, PAPERCLIP_ON_FLY_OFFER_CLAUDE_TOKEN: "false" },
      ["ANTHROPIC_API_KEY"],
    ],
    [
      "no credential of a gateway, where Paperclip would ask Anthropic",
      { ...key, ANTHROPIC_BASE_URL: "https://gateway.example" },
      [],
    ],
    ["nothing for a cloud that has Claude", { ...key, CLAUDE_CODE_USE_BEDROCK: "1" }, []],
    ["OpenAI's key besides", { ...key, ...codex }, ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"]],
    [
      "OpenAI's key, whatever gateway Claude has",
      { ...codex, ANTHROPIC_BASE_URL: "https://gateway.example" },
      ["OPENAI_API_KEY"],
    ],
    ["no key for a gateway in OpenAI's place", { ...codex, OPENAI_BASE_URL: "https://gateway.example" }, []],
    ["no empty value", { ANTHROPIC_API_KEY: "" }, []],
  ])("%s", (_what, env, variables) => expect(offeredOf(env)).toEqual(variables));

  test("OpenAI's key only where the image has Codex", () => {
    expect(offeredOf({ ...key, ...codex }, none)).toEqual(["ANTHROPIC_API_KEY"]);
    expect(offeredOf(codex, (program: string) => program === "codex")).toEqual(["OPENAI_API_KEY"]);
  });
});

test("an account's name says whose it is, and which of two it is", () => {
  const names = offered({ ...key, ...token, ...codex }, all).map(({ name }) => name);
  expect(names).toEqual([
    "Claude, from your operator",
    "Claude subscription, from your operator",
    "OpenAI, from your operator",
  ]);
});

test("each account has an identifier of its own, and the hash that Paperclip keeps of a value", () => {
  const offers = offered({ ...key, ...token, ...codex }, all);
  expect(offers.map(({ uid }) => uid)).toEqual(uids);
  expect(new Set(uids).size).toBe(uids.length);
  expect(offers[0]?.hash).toBe(createHash("sha256").update("a key").digest("hex"));
});

describe("a company's connection", () => {
  const offer = { hash: "new" };

  test.each([
    ["is made where there is none", offer, undefined, "make"],
    ["is renewed with another value", offer, { followed: "old" }, "renew"],
    ["stays as people have left it while the value is the same", offer, { followed: "new" }, undefined],
    ["comes back when the stack has a credential again", offer, { followed: null }, "renew"],
    ["is revoked when the stack has none", undefined, { followed: "old" }, "revoke"],
    ["is revoked once", undefined, { followed: null }, undefined],
    ["is not made without a credential", undefined, undefined, undefined],
  ])("%s", (_what, offered, connection, step) => expect(stepFor(offered, connection)).toBe(step));
});

describe("an agent asks with", () => {
  const stack = { ...key, ...token };

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ["what the stack has", { ...stack, PATH: "/usr/bin" }, { ...stack, PATH: "/usr/bin" }],
    [
      "a subscription of the client's own, and not with the operator's key",
      { ...key, CLAUDE_CODE_OAUTH_TOKEN: "own" },
      { CLAUDE_CODE_OAUTH_TOKEN: "own" },
    ],
    ["a key of the client's own", { ANTHROPIC_API_KEY: "own", ...token }, { ANTHROPIC_API_KEY: "own" }],
    [
      "the account that is connected to it",
      { ANTHROPIC_API_KEY: "", ...token },
      { ANTHROPIC_API_KEY: "", ...token },
    ],
  ])("%s", (_what, env, gets) => expect(ownCredential(env, stack)).toEqual(gets));
});
