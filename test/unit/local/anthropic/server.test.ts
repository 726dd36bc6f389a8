import { Writable } from "node:stream";
import pWaitFor from "p-wait-for";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Anthropic, startAnthropic } from "../../../../local/anthropic/anthropic.ts";
import { refusals } from "../../../../local/anthropic/refusals.ts";
import { parseScript } from "../../../../local/anthropic/script.ts";

/** The stand-in's HTTP API, as a client sees it. */
let anthropic: Anthropic;
let log: string;

const script = parseScript(
  "greeting",
  `
when: { prompt: hello }
turns:
  - say: [{ text: Hello yourself. }]
  - gate: thinking
    say: [{ text: Goodbye. }]
`,
);
const key = "sk-ant-api03-the-value";
const token = "sk-ant-oat01-the-value";

beforeEach(async () => {
  log = "";
  anthropic = await startAnthropic({
    scripts: [script],
    credentials: [
      { name: "team key", kind: "api-key", value: key, expired: false },
      { name: "subscription", kind: "oauth-token", value: token, expired: false },
      { name: "login", kind: "oauth-token", value: "login", scopes: ["user:inference", "user:profile"] },
      { name: "last year's", kind: "oauth-token", value: "old", expired: true },
    ],
    logTo: new Writable({
      write(chunk, _encoding, done) {
        log += chunk;
        done();
      },
    }),
  });
});

afterEach(() => anthropic.stop());

const hello = { role: "user", content: "hello" };

async function ask(path: string, headers: Record<string, string>, body: object = {}) {
  const response = await fetch(`${anthropic.url}${path}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-opus-5", max_tokens: 100, messages: [hello], ...body }),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function read(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${anthropic.url}${path}`, { headers });
  return { status: response.status, body: await response.json() };
}
const bearer = (value: string) => ({
  authorization: `Bearer ${value}`,
  "anthropic-beta": "oauth-2025-04-20",
});

describe("what a subscription has used", () => {
  test("is told to a login's token, whichever program asks", async () => {
    expect(await read("/api/oauth/usage", bearer("login"))).toMatchObject({
      status: 200,
      body: { five_hour: { utilization: expect.any(Number), resets_at: expect.any(String) } },
    });
  });

  test.each([
    ["the token of `claude setup-token`", bearer(token), 403, /does not meet scope requirement user:profile/],
    ["a token that is unknown", bearer("unknown"), 401, /Invalid bearer token/],
    ["a token without the beta's header", { authorization: "Bearer login" }, 401, /not supported/],
    ["an API key", { "x-api-key": key }, 401, /not supported/],
  ])("is not told to %s", async (_what, headers, status, message) => {
    const answer = await read("/api/oauth/usage", headers as Record<string, string>);
    expect(answer).toMatchObject({ status, body: { error: { message: expect.stringMatching(message) } } });
  });
});

describe("what Claude Code asks of its own accord", () => {
  test.each([
    ["/api/claude_code/policy_limits", 404, 404],
    ["/api/claude_code/settings", 404, 404],
    ["/api/claude_code_penguin_mode", 200, 200],
    ["/api/claude_cli/bootstrap", 200, 403],
  ])("%s: a key gets %i, a token %i, and who is unknown 401", async (path, withKey, withToken) => {
    expect((await read(path, { "x-api-key": key })).status).toBe(withKey);
    expect((await read(path, bearer(token))).status).toBe(withToken);
    expect((await read(path, bearer("unknown"))).status).toBe(401);
  });

  test.each(["/api/hello", "/mcp-registry/v0/servers"])("%s is for anybody", async (path) => {
    expect((await read(path)).status).toBe(200);
  });
});

describe("credentials", () => {
  test.each([
    ["an API key", { "x-api-key": key }, { kind: "api-key", name: "team key" }],
    [
      "a subscription's token",
      { authorization: `Bearer ${token}`, "user-agent": "claude-cli/2.1.257 (external, sdk-cli)" },
      { kind: "oauth-token", name: "subscription" },
    ],
  ])("%s is accepted and recorded by its name", async (_what, headers, credential) => {
    const { status, body } = await ask("/v1/messages", headers);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ content: [{ type: "text", text: "Hello yourself." }] });
    expect(anthropic.requests()).toMatchObject([
      { credential, model: "claude-opus-5", messages: 1, script: "greeting", turn: 1, status: 200 },
    ]);
  });

  test.each([
    ["no credential", {}, "x-api-key header is required"],
    ["an unknown key", { "x-api-key": "sk-ant-api03-unknown" }, "invalid x-api-key"],
    ["an unknown token", { authorization: "Bearer unknown" }, "Invalid bearer token"],
    ["a token where a key belongs", { "x-api-key": token }, "invalid x-api-key"],
    ["an expired token", { authorization: "Bearer old" }, expect.stringContaining("has expired")],
  ])("%s gets the API's own 401", async (_what, headers, message) => {
    const { status, body, headers: answered } = await ask("/v1/messages", headers as Record<string, string>);
    expect(status).toBe(401);
    expect(JSON.parse(body)).toEqual({
      type: "error",
      error: { type: "authentication_error", message },
      request_id: answered.get("request-id"),
    });
  });

  test("a subscription's token is for Claude Code only: any other program gets the API's own 400", async () => {
    const { status, body } = await ask("/v1/messages/count_tokens", { authorization: `Bearer ${token}` });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      error: {
        type: "invalid_request_error",
        message: expect.stringContaining("only authorized for use with Claude Code"),
      },
    });
    expect(anthropic.requests()).toMatchObject([{ userAgent: "node", status: 400 }]);
  });

  test("no value of any is in the record or the log", async () => {
    await ask("/v1/messages", { "x-api-key": key });
    await ask("/v1/messages", { authorization: "Bearer sk-ant-oat01-unknown" });
    await ask("/v1/nothing", { authorization: `Bearer ${token}` });
    const seen = JSON.stringify(anthropic.requests()) + log;
    expect(seen).toContain("sha256:");
    for (const value of [key, token, "sk-ant-oat01-unknown"]) expect(seen).not.toContain(value);
  });
});

describe("an account that may not ask now", () => {
  const until = new Date("2026-11-28T15:00:00Z");

  test("gets the API's own refusal with its headers, until it is lifted", async () => {
    anthropic.refuse(refusals.limitReached(until));
    const { status, headers, body } = await ask("/v1/messages", { "x-api-key": key });
    expect(status).toBe(429);
    expect(JSON.parse(body)).toMatchObject({ error: { type: "rate_limit_error" } });
    expect(headers.get("anthropic-ratelimit-unified-reset")).toBe(String(until.getTime() / 1000));
    anthropic.refuse(undefined);
    expect((await ask("/v1/messages", { "x-api-key": key })).status).toBe(200);
  });

  test("is still told first when its credential is wrong", async () => {
    anthropic.refuse(refusals.organizationNotAllowed);
    expect((await ask("/v1/messages", { "x-api-key": "sk-ant-api03-unknown" })).status).toBe(401);
    expect((await ask("/v1/messages", { "x-api-key": key })).status).toBe(403);
  });
});

describe("what it does not know", () => {
  test.each([
    ["a path", "/v1/complete", {}, "this stand-in has no POST /v1/complete"],
    [
      "a conversation",
      "/v1/messages",
      { messages: [{ role: "user", content: "sing" }] },
      "no script matches",
    ],
  ])(
    "%s is a 501 that says what, a line in the log and a problem in the record",
    async (_what, path, body, text) => {
      const answer = await ask(path, { "x-api-key": key }, body);
      expect(answer.status).toBe(501);
      expect(answer.headers.get("x-should-retry")).toBe("false");
      expect(answer.body).toContain(text);
      expect(log).toContain(text);
      expect(anthropic.requests()).toMatchObject([{ path, problem: expect.stringContaining(text) }]);
    },
  );
});

test("a body that is no conversation gets the API's 400", async () => {
  const { status, body } = await ask("/v1/messages", { "x-api-key": key }, { messages: [] });
  expect(status).toBe(400);
  expect(JSON.parse(body)).toMatchObject({ error: { type: "invalid_request_error" } });
});

test("tokens are counted", async () => {
  const { body } = await ask("/v1/messages/count_tokens", { "x-api-key": key });
  expect(JSON.parse(body).input_tokens).toBeGreaterThan(0);
});

test("a stream with a gate starts at once, pings, and ends when a test opens the gate", async () => {
  const messages = [
    hello,
    { role: "assistant", content: "Hello yourself." },
    { role: "user", content: "bye" },
  ];
  const answer = ask("/v1/messages", { "x-api-key": key }, { messages, stream: true });
  await pWaitFor(() => anthropic.requests()[0]?.waitsFor === "thinking");
  anthropic.openGate("thinking");
  const { body, headers } = await answer;
  expect(headers.get("content-type")).toContain("text/event-stream");
  const types = [...body.matchAll(/^event: (.+)$/gm)].map(([, type]) => type);
  expect(types.slice(0, 2)).toEqual(["message_start", "ping"]);
  expect(types.at(-1)).toBe("message_stop");
  expect(anthropic.requests()[0]).not.toHaveProperty("waitsFor");
});

test("a client that goes away from a gate is recorded as one without an answer", async () => {
  const messages = [
    hello,
    { role: "assistant", content: "Hello yourself." },
    { role: "user", content: "bye" },
  ];
  const gone = new AbortController();
  const request = fetch(`${anthropic.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-opus-5", messages }),
    signal: gone.signal,
  });
  await pWaitFor(() => anthropic.requests()[0]?.waitsFor === "thinking");
  gone.abort();
  await expect(request).rejects.toThrow();
  await pWaitFor(() => anthropic.requests()[0]?.waitsFor === undefined);
  expect(anthropic.requests()[0]?.status).toBeNull();
});
