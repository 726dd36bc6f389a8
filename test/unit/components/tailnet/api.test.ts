import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { retryAfter, TailscaleApi, TailscaleError } from "../../../../components/tailnet/api.ts";

let close = () => {};

afterEach(() => close());

/** A client of an API that answers as `listener` does. */
async function apiOf(listener: RequestListener): Promise<TailscaleApi> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  close = () => server.close();
  const { port } = server.address() as AddressInfo;
  return new TailscaleApi({ TAILSCALE_API_KEY: "k", TAILSCALE_BASE_URL: `http://127.0.0.1:${port}` });
}

describe("Retry-After", () => {
  test.each([
    ["2", 2_000],
    ["0", 0],
    ["Sat, 28 Nov 2026 12:00:30 GMT", 30_000],
    ["Sat, 28 Nov 2026 11:00:00 GMT", 0],
    ["soon", undefined],
    [null, undefined],
  ])("%j", (header, milliseconds) => {
    expect(retryAfter(header, Date.parse("2026-11-28T12:00:00Z"))).toBe(milliseconds);
  });
});

test("a limit that lasts longer than anybody would wait is reported at once, in the API's own words", async () => {
  let asked = 0;
  const api = await apiOf((_, answer) => {
    asked += 1;
    answer.writeHead(429, { "retry-after": "3600" }).end('{"message":"rate limit exceeded"}');
  });
  await expect(api.request("GET", "/x", z.unknown())).rejects.toEqual(
    new TailscaleError("GET /x", 429, "rate limit exceeded", 3_600_000),
  );
  expect(asked).toBe(1);
});
