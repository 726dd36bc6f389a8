import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** What a client gets that asks for something other than a plain HTTP/1.1 request. */
let machine: Machine;
let tailnetSide: URL;
let platformSide: URL;

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
  tailnetSide = new URL(await machine.url());
  platformSide = new URL(`http://${await machine.inspect("{{.NetworkSettings.IPAddress}}")}:3100`);
});

afterAll(() => machine?.remove());

/** Sends a request exactly as written; returns everything that is answered until the server closes the connection. */
function say({ hostname, port }: URL, ...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(lines.join("\r\n")));
    let heard = "";
    socket.setTimeout(20_000, () => reject(new Error(`no end of the answer: ${heard}`)));
    socket.on("data", (data) => {
      heard += data;
    });
    socket.on("end", () => resolve(heard)).on("error", reject);
    socket.on("close", () => socket.destroy());
  });
}

const close = "Connection: close";
const webSocket = [
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

describe.each(["tailnet", "platform"])("from the %s", (from) => {
  const ask = (...lines: string[]) => say(from === "tailnet" ? tailnetSide : platformSide, ...lines);
  const get = (...headers: string[]) =>
    ask("GET /api/health HTTP/1.1", "Host: localhost", ...headers, "", "");

  test.each([
    ["HTTP/2", ["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"]],
    ["TLS", ["Upgrade: TLS/1.0"]],
    ["something unknown", ["Upgrade: something/1, else"]],
  ])("who proposes %s is answered by HTTP/1.1", async (_, headers) => {
    const answer = await get("Connection: Upgrade, close", ...headers);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('"status":"ok"');
  });

  test("a request with a body that proposes HTTP/2 is answered as if it did not", async () => {
    const body = ["Content-Type: application/json", "Content-Length: 2", "Expect: 100-continue", "", "{}"];
    const post = [
      "POST /api/companies HTTP/1.1",
      "Host: localhost",
      "Connection: Upgrade, close",
      "Upgrade: h2c",
      ...body,
    ];
    expect(await ask(...post)).toMatch(/(^|\r\n\r\n)HTTP\/1\.1 40[13] /);
  });

  test("a connection that begins with HTTP/2 is refused", async () => {
    expect(await ask("PRI * HTTP/2.0", "", "SM", "", "")).toMatch(/^HTTP\/1\.1 [45]\d\d |^$/);
  });

  test("a client that waits for permission to continue gets it", async () => {
    const answer = await ask(
      "POST /api/nothing HTTP/1.1",
      "Host: localhost",
      close,
      "Expect: 100-continue",
      "Content-Length: 2",
      "",
      "{}",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 4\d\d /);
  });

  test("an unknown expectation is refused", async () => {
    expect(await get(close, "Expect: something")).toMatch(/^HTTP\/1\.1 417 /);
  });

  test("a request for a tunnel is refused", async () => {
    expect(await ask("CONNECT 127.0.0.1:5432 HTTP/1.1", "Host: localhost", "", "")).toMatch(
      /^HTTP\/1\.1 405 /,
    );
  });

  test("an unknown method is refused", async () => {
    expect(await ask("LOOK /api/health HTTP/1.1", "Host: localhost", close, "", "")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  test("a WebSocket where none is served is refused in words", async () => {
    const path = "GET /api/health/ws HTTP/1.1";
    const answer = await ask(path, "Host: localhost", "Connection: Upgrade", ...webSocket, "", "");
    expect(answer).toMatch(from === "tailnet" ? /^HTTP\/1\.1 404 / : /^HTTP\/1\.1 403 /);
  });
});

test("a client that asks for news of tools is told that there are none, so that it stops asking", async () => {
  const news = (accept: string) =>
    say(
      tailnetSide,
      "GET /mcp/runtime-tools HTTP/1.1",
      "Host: localhost",
      close,
      `Accept: ${accept}`,
      "",
      "",
    );
  expect(await news("text/event-stream")).toMatch(/^HTTP\/1\.1 405 [\s\S]*allow: POST/i);
  expect(await news("application/json")).toMatch(/^HTTP\/1\.1 401 /);
});
