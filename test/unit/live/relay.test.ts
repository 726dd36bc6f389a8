import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Relay, startRelay } from "../../live/recorder/relay.ts";

let server: Server;
let relay: Relay;
const seen: unknown[] = [];
const recorded: unknown[] = [];

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    seen.push([method, url, headers.authorization, await text(incoming)]);
    if (url === "/gone") return void incoming.socket.destroy();
    outgoing.writeHead(url === "/refused" ? 422 : 200, {
      "content-encoding": "gzip",
      "fly-request-id": "r1",
    });
    outgoing.end(gzipSync('{"ok":true}'));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  relay = await startRelay(origin, (request) => recorded.push(request));
});

afterAll(async () => {
  await relay.stop();
  server.close();
});

test("a request gets through with its credential and comes back as it was answered, and is recorded without the credential", async () => {
  const headers = { authorization: "FlyV1 secret", "fly-machine-lease-nonce": "n1" };
  const answer = await fetch(`${relay.url}/v1/apps/a?x=1`, { method: "POST", headers, body: '{"a":1}' });
  expect([answer.status, answer.headers.get("fly-request-id"), await answer.json()]).toEqual([
    200,
    "r1",
    { ok: true },
  ]);
  expect(seen.at(-1)).toEqual(["POST", "/v1/apps/a?x=1", "FlyV1 secret", '{"a":1}']);
  const about = { via: "api", method: "POST", url: "/v1/apps/a?x=1", leaseNonce: "n1" };
  expect(recorded.at(-1)).toEqual({ ...about, body: { a: 1 }, status: 200, response: { ok: true } });
});

test("of a GraphQL request it records what is selected, as the contract's recordings have it", async () => {
  const body = JSON.stringify({ query: "query { viewer { id } }", variables: { n: 1 } });
  await fetch(`${relay.url}/graphql`, { method: "POST", body });
  expect(recorded.at(-1)).toMatchObject({
    url: "/graphql",
    graphql: { type: "query", selects: ["viewer.id"] },
    variables: { n: 1 },
    status: 200,
  });
});

test("a refusal is passed on, and a lost connection is one on this side too", async () => {
  expect((await fetch(`${relay.url}/refused`)).status).toBe(422);
  await expect(fetch(`${relay.url}/gone`)).rejects.toThrow();
});
