import http from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ApiClient } from "./support/apiClient.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const ports = [
  { port: 80, handlers: ["http"], force_https: true },
  { port: 443, handlers: ["http", "tls"] },
  { port: 8080, handlers: ["http"] },
];
const service = { protocol: "tcp", internal_port: 8080, ports };
const healthCheck = { type: "http", path: "/health", interval: "1s", timeout: "1s", grace_period: "1s" };

describe("Fly Proxy", () => {
  let fly: TestFly;
  let api: ApiClient;
  let image: string;

  beforeAll(async () => {
    fly = await TestFly.start();
    api = fly.api();
    image = await fly.image("proxy");
    await api.createApp("web");
    await api.startedMachine("web", { image, services: [service] });
    await vi.waitFor(async () => expect((await get("web.flycast:8080")).status).toBe(404));
  });
  afterAll(() => fly?.stop());

  /** Needed because fetch cannot set a Host header. */
  function get(
    host: string,
    path = "/",
  ): Promise<{ status: number; body: string; location: string | undefined }> {
    return new Promise((resolve, reject) => {
      const request = http.get(`${fly.emulator.proxyUrl}${path}`, { headers: { host }, agent: false });
      request.once("error", reject);
      request.once("response", (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          body += chunk;
        });
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, body, location: response.headers.location }),
        );
      });
    });
  }

  const allocate = (app: string, type: string) => api.ok("POST", `/v1/apps/${app}/ip_assignments`, { type });

  test("reaches an app by its private name only once it has a private address", async () => {
    expect(await get("web.flycast:8080")).toMatchObject({ status: 404 });
    await allocate("web", "private_v6");
    await vi.waitFor(async () => expect(await get("web.flycast:8080")).toMatchObject({ status: 200 }));
    expect((await get("web.flycast:8080")).body).toBe("hello from web");
    expect(await get("web.fly.dev:8080")).toMatchObject({ status: 404 });
  });

  test("takes a request of this host for one of a WireGuard peer: an address in another network leads nowhere", async () => {
    await api.createApp("hidden");
    await api.startedMachine("hidden", { image, services: [service] });
    await api.ok("POST", "/v1/apps/hidden/ip_assignments", { type: "private_v6", network: "hidden" });
    expect(await get("hidden.flycast:8080")).toMatchObject({ status: 404 });
    await allocate("hidden", "private_v6");
    expect(await get("hidden.flycast:8080")).toMatchObject({ status: 200 });
  });

  test("reaches it by its public name only once it has a public address", async () => {
    await allocate("web", "shared_v4");
    expect(await get("web.fly.dev:8080")).toMatchObject({ status: 200 });
  });

  test("knows no other host, and no other port than the service's", async () => {
    for (const host of ["localhost", "nosuch.flycast", "web.flycast:81", "x.web.flycast"]) {
      expect(await get(host)).toMatchObject({ status: 404 });
    }
  });

  test("sends plain HTTP to HTTPS where the service says so, and counts 443 as TLS", async () => {
    expect(await get("web.flycast", "/a?b")).toMatchObject({
      status: 301,
      location: "https://web.flycast/a?b",
    });
    const { body } = await get("web.flycast:443", "/headers");
    expect(JSON.parse(body)).toMatchObject({
      Host: "web.flycast:443",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-For": "127.0.0.1",
      "Fly-Client-Ip": "127.0.0.1",
    });
  });

  test("passes WebSockets", async () => {
    const frame = Buffer.from([0x81, 0x82, 1, 2, 3, 4, "h".charCodeAt(0) ^ 1, "i".charCodeAt(0) ^ 2]);
    const echoed = await new Promise<string>((resolve, reject) => {
      const request = http.get(`${fly.emulator.proxyUrl}/websocket`, {
        headers: {
          host: "web.flycast:8080",
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        },
      });
      request.once("error", reject);
      request.once("response", (response) => reject(new Error(`answered ${response.statusCode}`)));
      request.once("upgrade", (response, socket) => {
        expect(response.headers["sec-websocket-accept"]).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        socket.once("data", (data: Buffer) => {
          socket.destroy();
          resolve(data.subarray(2).toString());
        });
        socket.write(frame);
      });
    });
    expect(echoed).toBe("hi");
  });

  test("sends nothing to a machine whose check fails", async () => {
    await api.createApp("sick");
    await allocate("sick", "private_v6");
    const config = { image, env: { HEALTH: "bad" }, services: [{ ...service, checks: [healthCheck] }] };
    await api.startedMachine("sick", config);
    expect(await get("sick.flycast:8080")).toMatchObject({
      status: 503,
      body: "no machine passes its checks\n",
    });
    const healthy = { image, services: [{ ...service, checks: [healthCheck] }] };
    const { id } = await api.startedMachine("sick", healthy);
    await api.until("sick", id, ({ checks }) => checks[0]?.status === "passing");
    expect(await get("sick.flycast:8080")).toMatchObject({ status: 200 });
  });

  test("starts a machine that is stopped, unless autostart is off", async () => {
    await api.createApp("sleepy");
    await allocate("sleepy", "private_v6");
    const stopped = async (config: object) => {
      const { id } = await api.createMachine("sleepy", config, { skip_launch: true });
      await api.wait("sleepy", id, "stopped");
      return id;
    };
    await stopped({ image, services: [{ ...service, autostart: false }] });
    expect(await get("sleepy.flycast:8080")).toMatchObject({ status: 503, body: "no machine is started\n" });
    const id = await stopped({ image, services: [{ ...service, autostart: true, checks: [healthCheck] }] });
    expect(await get("sleepy.flycast:8080")).toMatchObject({ status: 200 });
    expect(await api.machine("sleepy", id)).toMatchObject({ state: "started" });
  });
});
