import { describe, expect, test } from "vitest";
import { untilSent } from "./runFlyctl.ts";
import { deployOptions, firstDeploy, graphqlApp, startSandbox } from "./running.ts";

/** Answers as listed, the last one for ever. */
function inTurn(...reactions: unknown[]): () => unknown {
  return () => (reactions.length > 1 ? reactions.shift() : reactions[0]);
}

const volumes = "POST /v1/apps/demo/volumes";
const regions = { data: { platform: { regions: [{ code: "sjc", name: "San Jose" }] } } };
const create = ["volumes", "create", "data", "-a", "demo", "-r", "sjc", "--yes"];
const busy = { status: 503, body: { error: "busy" } };
const badGateway = { status: 502, body: "" };
const created = { id: "vol_1", name: "data", created_at: "2026-11-22T11:26:39Z" };

describe("when an answer does not come", () => {
  test.each([
    ["a 502 and a 503", 3, 0, [badGateway, busy, created]],
    ["nothing but 503", 4, 1, [busy]],
    ["a 500", 1, 1, [{ status: 500, body: { error: "broken" } }]],
    ["a reset connection", 1, 1, ["drop"]],
  ])("after %s a volume has been asked for %i times", async (_, times, exit, answers) => {
    const result = await untilSent(async () => {
      const answer = inTurn(...answers);
      const { server, run } = await startSandbox({ ...graphqlApp, platform: regions, [volumes]: answer });
      return { ...(await run(create)), requests: server.requests };
    });
    expect(result.requests.filter(({ method, url }) => `${method} ${url}` === volumes)).toHaveLength(times);
    expect(result.exit).toBe(exit);
  });

  test("what changes nothing is asked again after a reset connection", async () => {
    const { run } = await startSandbox({ viewer: inTurn("drop", graphqlApp.viewer) });
    expect(await run(["auth", "whoami"])).toMatchObject({ exit: 0, stdout: "dev@example.test\n" });
  });

  test("the address that nobody listens on is named", async () => {
    const { run } = await startSandbox({});
    const environment = { FLY_FLAPS_BASE_URL: "http://127.0.0.1:1" };
    const { stderr } = await run(["machine", "list", "-a", "demo"], { environment });
    expect(stderr).toBe(
      'Error: failed to list VMs: Get "http://127.0.0.1:1/v1/apps/demo/machines": dial tcp 127.0.0.1:1: connect: ' +
        "connection refused\n",
    );
  });
});

describe("whom flyctl tells of a deploy", () => {
  const deploy = ["deploy", ...deployOptions, "--strategy", "immediate"];
  const files = { "fly.toml": 'app = "demo"\n' };

  test("a trace collector, over plain HTTP and with the token", async () => {
    const { server, run } = await startSandbox(firstDeploy({}), { files });
    expect((await run(deploy)).exit).toBe(0);
    const traces = server.requests.filter(({ via }) => via === "otel:4318");
    expect(traces.map(({ method, url, authorization }) => [method, url, authorization])).toContainEqual([
      "POST",
      "/v1/traces",
      "fo1_test",
    ]);
  });

  test("LaunchDarkly, if a proxy lets it through; that it does not changes nothing", async () => {
    const { server, run } = await startSandbox(firstDeploy({}), { files });
    expect((await run(deploy)).exit).toBe(0);
    expect(server.requests).toContainEqual({
      via: "proxy",
      method: "CONNECT",
      url: "clientsdk.launchdarkly.com:443",
    });
  });

  test("a collector of metrics from the first configuration file on, unless FLY_SEND_METRICS=0", async () => {
    const answers = { ...graphqlApp, "POST /v1/apps/demo/secrets": { version: 1 }, "POST /metrics_post": {} };
    const { server, run } = await startSandbox(answers);
    const metrics = { FLY_METRICS_BASE_URL: server.environment.FLY_API_BASE_URL ?? "" };
    const posts = async (argv: string[], choice: Record<string, string>) => {
      const before = server.requests.length;
      await run(argv, { environment: { ...metrics, ...choice } });
      return server.requests.slice(before).filter(({ url }) => url === "/metrics_post").length;
    };
    const unsaid = { FLY_SEND_METRICS: "" };
    expect(await posts(["auth", "whoami"], unsaid)).toBe(0);
    await run(["secrets", "set", "A=1", "--stage", "-a", "demo"]);
    expect(await posts(["auth", "whoami"], unsaid)).toBe(1);
    expect(await posts(["auth", "whoami"], { FLY_SEND_METRICS: "0" })).toBe(0);
  });
});

/** As flyctl's internal/command/ips/allocate.go and fly-go's resource_ip_addresses.go have it. */
describe("a private address is asked for", () => {
  const address = { id: "ip_1", address: "fdaa:0:1:0:1::2", type: "private_v6", region: "global" };
  const ipAddress = { ...address, createdAt: "2026-11-22T11:26:39Z" };
  const allocate = ["ips", "allocate-v6", "--private", "-a", "demo"];
  const asked = async (argv: string[], environment: Record<string, string> = {}) => {
    const { server, run } = await startSandbox({
      allocateIpAddress: { data: { allocateIpAddress: { ipAddress } } },
      organization: { data: { organization: { id: "org_2", slug: "elsewhere", rawSlug: "elsewhere" } } },
    });
    expect(await run(argv, { environment })).toMatchObject({ exit: 0 });
    return server.requests.at(-1)?.variables;
  };
  const input = { appId: "demo", type: "private_v6", region: "" };

  test("in no network, where none is named", async () => {
    expect(await asked(allocate)).toEqual({ input });
  });

  test("in the network that is named, without an organization", async () => {
    expect(await asked([...allocate, "--network", "its-own"])).toEqual({
      input: { ...input, network: "its-own" },
    });
  });

  test("in the organization of FLY_ORG, which nobody has named", async () => {
    expect(await asked([...allocate, "--network", "its-own"], { FLY_ORG: "elsewhere" })).toEqual({
      input: { ...input, organizationId: "org_2", network: "its-own" },
    });
  });
});
