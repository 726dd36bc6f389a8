import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  refusedClaude,
  refusedIn,
  refusedValue,
  signInRefusal,
  withRefusal,
} from "../../../docker/server/refusals.js";
import { modelFindings } from "../../../ops/modelFinding.ts";

const key = "a key";
const token = "a token";
const ofKey = "Anthropic refuses the stack's anthropicKey. ";
const ofToken = "Anthropic refuses the stack's claudeToken. ";

beforeEach(() => {
  for (const name of ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "OPENAI_API_KEY"])
    vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe("a credential that is refused is named with its setting where it is the stack's", () => {
  beforeEach(() => vi.stubEnv("CLAUDE_CODE_OAUTH_TOKEN", token));

  test("on its own", () => {
    expect(refusedValue(token)).toContain(ofToken);
    expect(refusedValue("a client's own")).toBeUndefined();
    expect(refusedValue("")).toBeUndefined();
    expect(refusedValue(undefined)).toBeUndefined();
  });

  test("also OpenAI's", () => {
    vi.stubEnv("OPENAI_API_KEY", key);
    expect(refusedValue(key)).toContain("OpenAI refuses the stack's OPENAI_API_KEY. ");
  });

  test("by what Claude Code asks with: an agent's own variables first, and of two credentials the key", () => {
    expect(refusedClaude()).toContain(ofToken);
    vi.stubEnv("ANTHROPIC_API_KEY", key);
    expect(refusedClaude()).toContain(ofKey);
    expect(refusedClaude({ ANTHROPIC_API_KEY: "a client's own" })).toBeUndefined();
    // So Paperclip gives an agent an account that is a subscription.
    expect(refusedClaude({ ANTHROPIC_API_KEY: "", CLAUDE_CODE_OAUTH_TOKEN: token })).toContain(ofToken);
    expect(
      refusedClaude({ ANTHROPIC_API_KEY: "", CLAUDE_CODE_OAUTH_TOKEN: "a client's own" }),
    ).toBeUndefined();
  });
});

test("a page's test of an account shows the sentence of the check that has it", () => {
  vi.stubEnv("ANTHROPIC_API_KEY", key);
  const sentence = refusedValue(key);
  expect(refusedIn([{ message: "Working directory is valid" }, { message: sentence }])).toBe(sentence);
  expect(refusedIn([{ message: "Claude hello probe timed out." }])).toBeUndefined();
});

describe("a run", () => {
  beforeEach(() => vi.stubEnv("CLAUDE_CODE_OAUTH_TOKEN", token));
  const failed = { errorCode: "claude_auth_required", errorMessage: "no", summary: "no", exitCode: 1 };

  test("that Anthropic refuses the stack's credential ends with the sentence, also on its task", async () => {
    const sentence = refusedValue(token);
    expect(await withRefusal({}, failed)).toEqual({ ...failed, errorMessage: sentence, summary: sentence });
  });

  test.each<[string, object, object]>([
    ["with an account of the client's own", { config: { env: { CLAUDE_CODE_OAUTH_TOKEN: "own" } } }, failed],
    ["that fails for another reason", {}, { ...failed, errorCode: "model_not_found" }],
    ["that succeeds", {}, { errorCode: null, exitCode: 0 }],
  ])("%s ends as Paperclip says", async (_what, call, result) => {
    expect(await withRefusal(call, result)).toBe(result);
  });

  test("that fails with an error fails with that error", async () => {
    await expect(withRefusal({}, Promise.reject(new Error("no program")))).rejects.toThrow("no program");
  });
});

test.each([
  ["CLAUDE_CODE_OAUTH_TOKEN", "claudeToken"],
  ["ANTHROPIC_API_KEY", "anthropicKey"],
] as const)("doctor says the same of %s as the page and the run", (credential, setting) => {
  vi.stubEnv(credential, key);
  const answer = {
    missing: [],
    credential,
    both: false,
    asking: false,
    status: 401,
    kind: "",
    message: "",
    until: 0,
  };
  const [finding] = modelFindings(answer);
  expect(finding?.text).toBe(`Anthropic refuses the stack's ${setting}`);
  expect(refusedValue(key)).toMatch(new RegExp(`^${finding?.text}\\. `));
});

describe("a client who wants to sign in on the machine", () => {
  test("of a stack with a credential reads how to use an account of their own", () => {
    vi.stubEnv("CLAUDE_CODE_OAUTH_TOKEN", token);
    expect(signInRefusal("anthropic")).toContain("“Use API key instead”");
    expect(signInRefusal("anthropic")).toContain("claude setup-token");
  });

  test("of a stack without one finds the page as Paperclip has it", () => {
    expect(signInRefusal("anthropic")).toBeUndefined();
  });

  test("at another provider than the stack's finds the page as Paperclip has it", () => {
    vi.stubEnv("ANTHROPIC_API_KEY", key);
    expect(signInRefusal("openai")).toBeUndefined();
    vi.stubEnv("OPENAI_API_KEY", key);
    expect(signInRefusal("openai")).not.toContain("setup-token");
  });
});
