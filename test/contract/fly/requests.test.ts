import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ApiClient } from "./support/apiClient.ts";
import { TestFly } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe("requests", () => {
  const app = "requests";
  let fly: TestFly;
  let api: ApiClient;

  beforeAll(async () => {
    fly = await TestFly.start();
    api = fly.api();
    await api.createApp(app);
  });
  afterAll(() => fly?.stop());

  test("are recorded in order, with what they asked for and how they were answered", async () => {
    await api.forgetRequests();
    await api.call("GET", `/v1/apps/${app}`);
    await api.call("GET", "/v1/apps/nosuch");
    await api.graphql("query ($name: String!) { app(name: $name) { id ipAddresses { nodes { id } } } }", {
      name: app,
    });
    await api.graphql('query LatestImage { app(name: "requests") { id } }');
    await api.call("POST", "/v1/nothing/here?at=all");
    const requests = await api.requests();
    expect(requests.map(({ method, path, operation, status }) => [method, path, operation, status])).toEqual([
      ["GET", `/v1/apps/${app}`, undefined, 200],
      ["GET", "/v1/apps/nosuch", undefined, 404],
      ["POST", "/graphql", "query app{ipAddresses}", 200],
      ["POST", "/graphql", "query LatestImage", 200],
      ["POST", "/v1/nothing/here?at=all", undefined, 501],
    ]);
    expect(requests[2]).toMatchObject({
      body: { name: app },
      userAgent: expect.any(String),
      requestId: expect.any(String),
    });
  });

  test("for what is not emulated are refused loudly, by REST and by GraphQL", async () => {
    const path = "/v1/apps/requests/certificates";
    expect(await api.call("GET", path)).toMatchObject({
      status: 501,
      body: { error: `not emulated: GET ${path}` },
    });
    const answer = await api.graphql('{ app(name: "requests") { certificates { nodes { id } } } }');
    expect(answer).toMatchObject({
      status: 501,
      body: { error: expect.stringContaining('field "certificates"') },
    });
    const unknown = await api.call("POST", `/v1/apps/${app}/secrets`, { values: {}, other: 1 });
    expect(unknown).toMatchObject({ status: 501, body: { error: "not emulated: field other" } });
    expect(fly.log).toContain(`not emulated: GET ${path}`);
    expect(fly.log).toContain("certificates");
  });

  test("fail as often as a fault is ordered for, and only those that match it", async () => {
    await api.fail({
      match: { operation: "app{ipAddresses}" },
      times: 2,
      fail: { how: "status", status: 503 },
    });
    const query = () => api.graphql('{ app(name: "requests") { ipAddresses { nodes { id } } } }');
    expect(await api.call("GET", `/v1/apps/${app}`)).toMatchObject({ status: 200 });
    expect([(await query()).status, (await query()).status, (await query()).status]).toEqual([503, 503, 200]);
  });

  test("can be cut off, or never be answered", async () => {
    await api.fail({ match: { path: "^/v1/apps/requests$" }, fail: { how: "disconnect" } });
    await expect(api.call("GET", `/v1/apps/${app}`)).rejects.toThrow();
    await api.fail({ match: { path: "^/v1/apps/requests$" }, fail: { how: "hang" } });
    const patience = AbortSignal.timeout(300);
    const headers = { authorization: "Bearer fo1_test" };
    await expect(fetch(`${api.url}/v1/apps/${app}`, { signal: patience, headers })).rejects.toThrow();
    await vi.waitFor(async () => {
      const unanswered = (await api.requests()).filter(({ status }) => status === null);
      expect(unanswered).toHaveLength(2);
    });
  });

  test("that are not what they should be are refused with the reason", async () => {
    const answer = await api.call("POST", `/v1/apps/${app}/volumes`, {
      name: "Not-Valid",
      region: "sjc",
      size_gb: 0,
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/name: .*; size_gb: /) },
    });
    const secrets = await api.call("POST", `/v1/apps/${app}/secrets`, { values: { "export A": "1" } });
    expect(secrets).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("Name only allows") },
    });
    const later = await api.call("GET", `/v1/apps/${app}/secrets?version=7`);
    expect(later).toMatchObject({ status: 412 });
  });

  test("for logs go on where the last page ended, and stay at the end", async () => {
    const image = await fly.image(app);
    const config = {
      image,
      init: { cmd: ["echo", ...Array.from({ length: 150 }, (_, index) => `${index}\n`)] },
    };
    await api.createMachine(app, { ...config, restart: { policy: "no" } });
    interface Page {
      data: { id: string; attributes: { message: string } }[];
      meta: { next_token: string };
    }
    const page = (token: string) => api.ok<Page>("GET", `/api/v1/apps/${app}/logs?next_token=${token}`);
    expect(await page("")).toEqual({ data: [], meta: { next_token: "" } });
    await vi.waitFor(async () => expect((await api.logs(app)).at(-1)).toContain("main child exited"), 20_000);
    const newest = await page("");
    expect(newest.data).toHaveLength(100);
    const end = await page(newest.meta.next_token);
    expect(end).toEqual({ data: [], meta: { next_token: newest.meta.next_token } });
    const first = await page("0");
    const second = await page(first.meta.next_token);
    expect(first.data).toHaveLength(100);
    expect(second.data.at(-1)).toEqual(newest.data.at(-1));
    expect(new Set([...first.data, ...second.data].map(({ id }) => id)).size).toBeGreaterThan(150);
  });
});
