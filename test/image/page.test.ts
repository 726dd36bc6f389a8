/** How the page's files reach a browser. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

let machine: Machine;
/** The page's largest file, which its first page names. */
let script: string;

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
  script = /src="(\/assets\/index-[^"]+\.js)"/.exec((await get("/")).body.toString())?.[1] ?? "";
});

afterAll(() => machine?.remove());

/** Sends a request as tailscaled does for a browser. */
async function get(path: string, headers: Record<string, string> = {}) {
  const asked = { host: `${appName}.${tailnet}`, "x-forwarded-for": "100.64.0.9", ...headers };
  const answer = await request(`${await machine.url()}${path}`, { headers: asked });
  return { ...answer, body: Buffer.from(await answer.body.arrayBuffer()) };
}

test.each([
  ["br", "gzip, deflate, br, zstd", brotliDecompressSync, 0.27],
  ["gzip", "gzip, deflate", gunzipSync, 0.33],
])(
  "a file goes out as %s to who takes it, a fraction of its size",
  async (encoding, accepted, unpack, most) => {
    const plain = await get(script);
    const packed = await get(script, { "accept-encoding": accepted });
    expect(packed.headers["content-encoding"]).toBe(encoding);
    expect(packed.headers.vary).toMatch(/accept-encoding/i);
    expect(packed.headers["content-type"]).toBe(plain.headers["content-type"]);
    expect(unpack(packed.body).equals(plain.body)).toBe(true);
    expect(packed.body.length / plain.body.length).toBeLessThan(most);
  },
);

test("a file whose name says what is in it is never asked for again", async () => {
  expect((await get(script)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
});

test("a file that is not there is not answered with a page", async () => {
  const answer = await get("/assets/index-gone.js");
  expect(answer.statusCode).toBe(404);
  expect(answer.body.toString()).not.toContain("<html");
});

test.each(["/assets/..%2f..%2fpackage.json", "/assets/%2e%2e/%2e%2e/dist/server.cjs"])(
  "nothing beside the page's files is served as one: %s",
  async (path) => {
    expect((await get(path)).body.toString()).not.toContain('"name": "@paperclipai/server"');
  },
);

test("from the platform's network no file is served", async () => {
  const address = await machine.inspect("{{.NetworkSettings.IPAddress}}");
  const answer = await request(`http://${address}:3100${script}`);
  await answer.body.dump();
  expect(answer.statusCode).toBe(403);
});
