import { expect, test } from "vitest";
import { credentialsFrom } from "../../../../local/providers/tailscale/credentials.ts";
import { connectionError } from "../../../../local/providers/tailscale/http.ts";
import { timestamp } from "../../../../local/providers/tailscale/tailnetKey.ts";

test("defaults fill what the environment leaves open", () => {
  const userAgent = "test";
  expect(credentialsFrom({ TAILSCALE_API_KEY: "k" }, userAgent)).toEqual({
    apiKey: "k",
    tailnet: "-",
    baseUrl: "https://api.tailscale.com",
    userAgent,
  });
  const client = { TAILSCALE_OAUTH_CLIENT_ID: "c", TAILSCALE_OAUTH_CLIENT_SECRET: "s" };
  const place = { TAILSCALE_TAILNET: "t", TAILSCALE_BASE_URL: "http://h:1" };
  expect(credentialsFrom({ ...client, ...place }, userAgent)).toEqual({
    apiKey: "",
    oauth: { clientId: "c", clientSecret: "s" },
    tailnet: "t",
    baseUrl: "http://h:1",
    userAgent,
  });
});

test.each([
  [{ TAILSCALE_BASE_URL: "no url", TAILSCALE_API_KEY: "k" }, "Could not parse base URL"],
  [{ TAILSCALE_OAUTH_CLIENT_SECRET: "s" }, "'oauth_client_id' is empty"],
  [
    { TAILSCALE_OAUTH_CLIENT_ID: "c", TAILSCALE_IDENTITY_TOKEN: "t" },
    "does not serve workload identity federation",
  ],
  [{ TAILSCALE_API_KEY: "file:/key" }, "does not serve credentials in files"],
])("the credentials %j are refused", (environment, message) => {
  expect(() => credentialsFrom({ ...environment }, "test")).toThrow(message);
});

test("an error of the connection names the call and nothing secret", () => {
  const refused = Object.assign(new Error("fetch failed"), {
    cause: { code: "ECONNREFUSED", address: "127.0.0.1", port: 9 },
  });
  expect(connectionError("POST", new URL("http://127.0.0.1:9/api"), refused).message).toBe(
    'Post "http://127.0.0.1:9/api": dial tcp 127.0.0.1:9: connect: connection refused',
  );
});

test("times lose their fractions and keep their zone", () => {
  expect(timestamp("2026-11-22T11:41:04.123+02:00")).toBe("2026-11-22T11:41:04+02:00");
  expect(timestamp(undefined)).toBe("0001-01-01T00:00:00Z");
});
