import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Engine, startEngine } from "./engine.ts";
import type { JsonObject } from "./messages.ts";
import { Plugin } from "./plugin.ts";
import { configure, propertiesOf, ResourceCalls, secret, unknown } from "./requests.ts";
import { apiKey, oauthClient, startTailscaleApi, type TailscaleApi } from "./tailscaleApi.ts";

const type = "tailscale:index/tailnetKey:TailnetKey";

let api: TailscaleApi;
let engine: Engine;
let plugin: Plugin;
let key: ResourceCalls;

/** Removes the credentials of whoever runs the tests. */
const clean = {
  TAILSCALE_API_KEY: undefined,
  TAILSCALE_BASE_URL: undefined,
  TAILSCALE_TAILNET: undefined,
  TAILSCALE_OAUTH_CLIENT_ID: undefined,
  TAILSCALE_OAUTH_CLIENT_SECRET: undefined,
};

const start = (env: Record<string, string>) =>
  Plugin.start("tailscale", { engineAddress: engine.address, cwd: process.cwd(), env: { ...clean, ...env } });

beforeAll(async () => {
  [api, engine] = await Promise.all([startTailscaleApi(), startEngine()]);
  plugin = await start({
    TAILSCALE_API_KEY: apiKey,
    TAILSCALE_BASE_URL: api.url,
    TAILSCALE_TAILNET: "example.com",
  });
  await configure(plugin);
  key = new ResourceCalls(plugin, type, "key");
});

afterAll(async () => {
  await plugin.stop();
  engine.stop();
  api.stop();
});

beforeEach(() => {
  api.requests.length = 0;
});

const inputs = {
  reusable: true,
  preauthorized: true,
  expiry: 3600,
  description: "d",
  tags: ["tag:b", "tag:a"],
};

describe("a key", () => {
  test("is asked for with what the program says and defaults for the rest", async () => {
    await key.create(inputs);
    await key.create({});
    const create = { reusable: true, ephemeral: false, tags: ["tag:a", "tag:b"], preauthorized: true };
    const none = { reusable: false, ephemeral: false, tags: [], preauthorized: false };
    expect(api.requests).toMatchObject([
      {
        method: "POST",
        path: "/api/v2/tailnet/example.com/keys",
        body: { capabilities: { devices: { create } }, expirySeconds: 3600, description: "d" },
      },
      { body: { capabilities: { devices: { create: none } }, expirySeconds: 0, description: "" } },
    ]);
  });

  test("comes back secret, with the times and the expiry that Tailscale gave it", async () => {
    const made = propertiesOf(await key.create({}));
    const stored = api.keys.get(String(made.id));
    expect(made).toMatchObject({
      key: secret(`tskey-auth-${made.id}-secret`),
      createdAt: stored?.created,
      expiresAt: stored?.expires,
      expiry: 7776000,
      invalid: false,
    });
  });

  test("is unknown in a preview", async () => {
    const made = propertiesOf(await key.create(inputs, { preview: true }));
    expect(made).toMatchObject({
      key: unknown,
      id: unknown,
      expiresAt: unknown,
      expiry: 3600,
      ephemeral: false,
    });
    expect(api.requests).toEqual([]);
  });

  test("that Tailscale refuses fails with Tailscale's reason", async () => {
    api.failNext = { status: 400, body: '{"message":"requested tags [tag:x] are invalid or not permitted"}' };
    expect((await key.create({ tags: ["tag:x"] })).errors).toEqual([
      "rpc error: code = Unknown desc = Failed to create key: Error creating tailnet key: " +
        "requested tags [tag:x] are invalid or not permitted (400)",
    ]);
  });

  test.each([
    ["is gone", (id: string) => api.keys.delete(id)],
    ["was revoked", (id: string) => Object.assign(api.keys.get(id) ?? {}, { invalid: true })],
  ])("is invalid after a refresh when it %s, and keeps its value", async (_what, spoil) => {
    const made = propertiesOf(await key.create(inputs));
    spoil(String(made.id));
    const { response } = await key.read(String(made.id), made, inputs);
    expect(response).toMatchObject({ id: made.id, properties: { invalid: true, key: made.key } });
  });

  test("is deleted, and one that is gone already is no error", async () => {
    const made = propertiesOf(await key.create({}));
    expect((await key.delete(made)).errors).toBeUndefined();
    expect(api.keys.has(String(made.id))).toBe(false);
    expect((await key.delete(made)).errors).toBeUndefined();
  });
});

describe("an invalid key", () => {
  test.each([
    ["always", false, ["id"]],
    ["always", true, ["id"]],
    ["never", true, undefined],
    [undefined, true, ["id"]],
    [undefined, false, undefined],
  ])(
    "with recreateIfInvalid %s and reusable %s replaces %j",
    async (recreateIfInvalid, reusable, replaces) => {
      const news: JsonObject = { reusable, ...(recreateIfInvalid ? { recreateIfInvalid } : {}) };
      const { invalid: _, ...made } = propertiesOf(await key.create(news));
      expect((await key.diff({ ...made, invalid: true }, news, news)).response?.replaces).toEqual(replaces);
      expect((await key.diff({ ...made, invalid: false }, news, news)).response).toEqual({
        changes: "DIFF_NONE",
      });
    },
  );
});

test("everything but recreateIfInvalid replaces the key, and the order of tags is no change", async () => {
  const made = propertiesOf(await key.create(inputs));
  const diff = async (news: JsonObject) => (await key.diff(made, inputs, { ...inputs, ...news })).response;
  expect(await diff({ tags: ["tag:a", "tag:b"] })).toEqual({ changes: "DIFF_NONE" });
  expect(await diff({ tags: ["tag:a"] })).toMatchObject({ replaces: ["tags"] });
  expect(await diff({ expiry: 60, ephemeral: true })).toMatchObject({ replaces: ["ephemeral", "expiry"] });
  expect(await diff({ recreateIfInvalid: "never" })).toEqual({
    changes: "DIFF_SOME",
    diffs: ["recreateIfInvalid"],
  });
});

test("Check refuses a description that is too long and a word that recreateIfInvalid does not know", async () => {
  const { response } = await key.check({ description: "x".repeat(51), recreateIfInvalid: "maybe" });
  const reasons = (response as { failures: { reason: string }[] }).failures
    .map(({ reason }) => reason)
    .join("\n");
  expect(reasons).toContain("Attribute description string length must be at most 50, got: 51");
  expect(reasons).toContain('value must be one of: ["" "always" "never"], got: "maybe"');
});

test("an OAuth client gets a token once and uses it for every call", async () => {
  const other = await start({
    TAILSCALE_OAUTH_CLIENT_ID: oauthClient.id,
    TAILSCALE_OAUTH_CLIENT_SECRET: oauthClient.secret,
    TAILSCALE_BASE_URL: api.url,
  });
  await configure(other);
  const otherKey = new ResourceCalls(other, type, "key");
  propertiesOf(await otherKey.create({}));
  propertiesOf(await otherKey.create({}));
  expect(api.requests.map(({ path }) => path)).toEqual([
    "/api/v2/oauth/token",
    "/api/v2/tailnet/-/keys",
    "/api/v2/tailnet/-/keys",
  ]);
  expect(api.requests[1]?.authorization).toMatch(/^Bearer /);
  await other.stop();
});

test.each<[Record<string, string>, string]>([
  [{}, "tailscale provider credentials are empty"],
  [{ TAILSCALE_API_KEY: "k", TAILSCALE_OAUTH_CLIENT_ID: "c" }, "`api_key` conflicts with 'oauth_client_id'"],
  [{ TAILSCALE_OAUTH_CLIENT_ID: "c" }, "are mandatory with 'oauth_client_id'"],
])("the credentials %j are refused", async (credentials, reason) => {
  const other = await start(credentials);
  expect((await configure(other)).errors?.[0]).toContain(reason);
  await other.stop();
});
