import { describe, expect, test } from "vitest";
import { isAccountHome, isPassing, withoutAccountHome } from "../../../docker/server/accountHomes.js";

/** What Paperclip makes for one run with a connected account. */
const home = "/tmp/paperclip/paperclip-ai-company-grant-Xy12";

describe("a program that is started with a connected account", () => {
  test("keeps its agent's home and what it has in there, and the account", () => {
    const env = {
      HOME: home,
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_DATA_HOME: `${home}/data`,
      CLAUDE_CONFIG_DIR: `${home}/provider`,
      CODEX_HOME: `${home}/provider`,
      GROK_HOME: `${home}/provider`,
      ANTHROPIC_API_KEY: "key",
      CLAUDE_CODE_OAUTH_TOKEN: "",
      PATH: "/usr/bin",
    };
    expect(withoutAccountHome(env)).toEqual({
      CODEX_HOME: `${home}/provider`,
      GROK_HOME: `${home}/provider`,
      ANTHROPIC_API_KEY: "key",
      CLAUDE_CODE_OAUTH_TOKEN: "",
      PATH: "/usr/bin",
    });
  });

  test("keeps a home that its settings name", () => {
    const env = { HOME: "/paperclip/agents/1", CLAUDE_CONFIG_DIR: "/paperclip/agents/1/other" };
    expect(withoutAccountHome(env)).toEqual(env);
  });
});

test.each([
  [home, true],
  [`${home}/provider`, true],
  ["/tmp/paperclip/paperclip-run-1", false],
  ["/tmp/paperclip", false],
  ["", false],
  [undefined, false],
])("whether %j is in the home of a run's account: %s", (value, is) => {
  expect(isAccountHome(value)).toBe(is);
});

test("another home in each run begins no session anew, but for Codex, whose sessions are in that home", () => {
  const env = { CLAUDE_CONFIG_DIR: `${home}/provider`, CODEX_HOME: `${home}/provider`, PATH: "/usr/bin" };
  const claude = { ...env, CLAUDE_CODE_OAUTH_TOKEN: "token", ANTHROPIC_API_KEY: "" };
  const passing = (of: Record<string, string>) => Object.keys(of).filter((name) => isPassing(of, name));
  expect(passing(claude)).toEqual(["CLAUDE_CONFIG_DIR", "CODEX_HOME"]);
  expect(passing({ ...env, CLAUDE_CODE_OAUTH_TOKEN: "", ANTHROPIC_API_KEY: "key" })).toHaveLength(2);
  expect(passing({ ...env, CLAUDE_CODE_OAUTH_TOKEN: "", ANTHROPIC_API_KEY: "" })).toEqual([]);
  expect(passing({ ...claude, CODEX_HOME: "/paperclip/agents/1/.codex" })).toEqual(["CLAUDE_CONFIG_DIR"]);
});
