import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importLines } from "../../components/fly/secretsImport.ts";
import { searchPath } from "./flyctl/runFlyctl.ts";

/** What flyctl reads out of our lines: it is asked for what it would send to the platform. */
let server: Server;
let configDirectory: string;
let received: Record<string, string>;

beforeAll(async () => {
  configDirectory = await mkdtemp(join(tmpdir(), "secrets-import-"));
  server = createServer(async (request, response) => {
    const body = await text(request);
    response.setHeader("content-type", "application/json");
    if (request.url === "/graphql") return void response.end(JSON.stringify({ data: { appcompact: app } }));
    received = JSON.parse(body).values;
    response.end(JSON.stringify({ secrets: [], version: 1 }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(async () => {
  server.close();
  await rm(configDirectory, { recursive: true });
});

const app = { id: "a", name: "a", platformVersion: "machines", organization: { id: "o", slug: "o" } };

async function imported(lines: string): Promise<Record<string, string>> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { FLY_API_BASE_URL: url, FLY_FLAPS_BASE_URL: url, FLY_UIEX_BASE_URL: url };
  const quiet = {
    FLY_SEND_METRICS: "0",
    HTTPS_PROXY: "http://127.0.0.1:9",
    FLY_CONFIG_DIR: configDirectory,
    FLY_API_TOKEN: "fo1_x",
    PATH: searchPath,
  };
  await execa("flyctl", ["secrets", "import", "--stage", "--app", "a"], {
    input: lines,
    env: { ...env, ...quiet },
  });
  return received;
}

/** Random values from the characters that parsers stumble over; the same ones in every run. */
function values(count: number): string[] {
  const alphabet = ['"', "'", "#", " ", "\n", "\t", "\r", "\\", "=", "$", "`", "{", "a", "0", "é", "雪"];
  let seed = 42;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random(12) }, () => alphabet[random(alphabet.length)]).join(""),
  );
}

test("2,000 awkward values arrive as they are, or are set one by one", async () => {
  const secrets = Object.fromEntries(values(2_000).map((value, index) => [`S${index}`, value]));
  const { lines, rest } = importLines(secrets);
  const together = Object.fromEntries(Object.entries(secrets).filter(([name]) => !(name in rest)));
  expect(await imported(lines)).toEqual(together);
  // Each of the rest costs a call of flyctl's own.
  expect(Object.keys(rest).length).toBeLessThan(200);
});
