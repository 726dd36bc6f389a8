import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { fetchHere, installOutgoing, outOfReach } from "../../../docker/server/outgoing.js";

const reached = vi.fn();
const server = http.createServer((request, response) => {
  reached(request.url);
  if (request.url === "/login") response.writeHead(302, { location: "/welcome" });
  if (request.url === "/away") response.writeHead(302, { location: "http://elsewhere.invalid/" });
  response.end(request.method === "POST" ? request.headers["content-type"] : "here");
});
let port: number;
const before = Object.getOwnPropertyDescriptor(net.Socket.prototype, "blockList");

beforeAll(async () => {
  server.listen(0);
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
  installOutgoing();
});

afterAll(() => {
  if (before) Object.defineProperty(net.Socket.prototype, "blockList", before);
  else Reflect.deleteProperty(net.Socket.prototype, "blockList");
  server.close();
});

beforeEach(() => reached.mockClear());

describe("out of reach", () => {
  test.each([
    ...[
      "127.0.0.1",
      "127.9.9.9",
      "0.0.0.0",
      "::1",
      "::",
      "::ffff:127.0.0.1",
      "::127.0.0.1",
      "64:ff9b::7f00:1",
    ],
    ...[
      "10.1.2.3",
      "172.16.0.3",
      "172.31.255.255",
      "192.168.1.1",
      "fdaa:0:1::3",
      "fc00::1",
      "fe80::1",
      "ff02::1",
    ],
    // The metadata service of a cloud, and a tailnet.
    ...[
      "169.254.169.254",
      "::ffff:169.254.169.254",
      "fd00:ec2::254",
      "100.64.0.1",
      "100.127.255.254",
      "fd7a:115c:a1e0::1",
    ],
  ])("is %s", (address) => {
    expect(outOfReach().check(address, net.isIPv6(address) ? "ipv6" : "ipv4")).toBe(true);
  });

  test.each(["1.1.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"])(
    "is not %s, which is the internet",
    (address) => {
      expect(outOfReach().check(address, net.isIPv6(address) ? "ipv6" : "ipv4")).toBe(false);
    },
  );
});

describe("a fetch of the server's", () => {
  test.each(["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"])(
    "does not get to this machine as %s",
    async (host) => {
      await expect(fetch(`http://${host}:${port}/`)).rejects.toMatchObject({
        cause: { code: "ERR_IP_BLOCKED" },
      });
      expect(reached).not.toHaveBeenCalled();
    },
  );

  test("does not get there over the open connection of a fetch that is allowed to", async () => {
    await (await fetchHere(`http://127.0.0.1:${port}/`)).text();
    await expect(fetch(`http://127.0.0.1:${port}/again`)).rejects.toThrow("fetch failed");
    expect(reached.mock.calls).toEqual([["/"]]);
  });

  test.each(["http", "net"])("does not get there by %s either", async (way) => {
    const socket =
      way === "net" ? net.connect({ port, host: "localhost" }) : http.get(`http://localhost:${port}/`);
    const [error] = await once(socket, "error");
    expect(
      error.code === "ERR_IP_BLOCKED" ||
        error.errors?.every(({ code }: { code: string }) => code === "ERR_IP_BLOCKED"),
    ).toBe(true);
    expect(reached).not.toHaveBeenCalled();
  });
});

describe("a fetch of what is in this machine", () => {
  const here = (path: string, init?: RequestInit) => fetchHere(`http://localhost:${port}${path}`, init);

  test("gets its answer", async () => {
    const answer = await here("/");
    expect([answer.ok, answer.status, await answer.text()]).toEqual([true, 200, "here"]);
  });

  test("sends what fetch would send", async () => {
    expect(
      await (await here("/", { method: "POST", body: "{}", headers: { "content-type": "a/b" } })).text(),
    ).toBe("a/b");
    expect(await (await here("/", { method: "POST", body: new FormData() })).text()).toMatch(
      /^multipart\/form-data; boundary/,
    );
  });

  test("follows redirects inside this machine, and takes its headers to no other host", async () => {
    expect(await (await here("/login")).text()).toBe("here");
    expect(reached.mock.calls).toEqual([["/login"], ["/welcome"]]);
    expect((await here("/away", { headers: { authorization: "secret" } })).status).toBe(302);
  });

  test("ends when the caller's time is up", async () => {
    await expect(here("/", { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
