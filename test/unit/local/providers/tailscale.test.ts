import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { credentialsFrom } from "../../../../local/providers/tailscale/credentials.ts";
import { connectionError } from "../../../../local/providers/tailscale/http.ts";
import { formatDuration, parseDuration, timestamp } from "../../../../local/providers/tailscale/time.ts";

test("settings win over the environment, and defaults fill the rest", () => {
  const environment = {
    TAILSCALE_API_KEY: "e",
    TAILSCALE_TAILNET: "env.example",
    TAILSCALE_BASE_URL: "http://h:1",
  };
  expect(credentialsFrom({ apiKey: "k" }, environment)).toMatchObject({
    apiKey: "k",
    tailnet: "env.example",
  });
  expect(credentialsFrom({}, { TAILSCALE_API_KEY: "e" })).toMatchObject({
    apiKey: "e",
    tailnet: "-",
    baseUrl: "https://api.tailscale.com",
  });
});

test("a credential may be in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "tailscale-"));
  writeFileSync(join(folder, "key"), "from-file\n");
  expect(credentialsFrom({ apiKey: `file:${folder}/key` }, {})).toMatchObject({ apiKey: "from-file" });
  expect(() => credentialsFrom({ apiKey: `file:${folder}/none` }, {})).toThrow(
    "Could not resolve file for api_key",
  );
  rmSync(folder, { recursive: true });
});

test("an OAuth client has scopes and no API key", () => {
  const { apiKey, oauth } = credentialsFrom(
    { oauthClientId: "c", oauthClientSecret: "s", scopes: '["auth_keys"]' },
    {},
  );
  expect({ apiKey, oauth }).toEqual({
    apiKey: "",
    oauth: { clientId: "c", clientSecret: "s", scopes: ["auth_keys"] },
  });
});

test.each([
  [{ tailnet: "", apiKey: "k" }, "Missing Tailnet ID"],
  [{ baseUrl: "no url", apiKey: "k" }, "Could not parse base URL"],
  [{ oauthClientSecret: "s" }, "'oauth_client_id' is empty"],
  [{ oauthClientId: "c", identityToken: "t" }, "does not serve workload identity federation"],
])("the settings %j are refused", (config, message) => {
  expect(() => credentialsFrom({ ...config }, {})).toThrow(message);
});

test("an error of the connection names the call and nothing secret", () => {
  const refused = Object.assign(new Error("fetch failed"), {
    cause: { code: "ECONNREFUSED", address: "127.0.0.1", port: 9 },
  });
  expect(connectionError("POST", new URL("http://127.0.0.1:9/api"), refused).message).toBe(
    'Post "http://127.0.0.1:9/api": dial tcp 127.0.0.1:9: connect: connection refused',
  );
});

test.each([
  ["1m30s", 90_000, "1m30s"],
  ["1500ms", 1500, "1.5s"],
  ["1h0.5s", 3_600_500, "1h0m0.5s"],
])("the duration %s is %d ms and shown as %s", (text, ms, shown) => {
  expect(parseDuration(text)).toBe(ms);
  expect(formatDuration(ms)).toBe(shown);
});

test.each(["", "soon", "5", "1x"])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test("times lose their fractions and keep their zone", () => {
  expect(timestamp("2026-11-22T11:41:04.123+02:00")).toBe("2026-11-22T11:41:04+02:00");
  expect(timestamp(undefined)).toBe("0001-01-01T00:00:00Z");
});
