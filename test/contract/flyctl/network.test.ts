import { describe, expect, test } from "vitest";
import { untilSent } from "./runFlyctl.ts";
import { deployOptions, firstDeploy, graphqlApp, startSandbox } from "./running.ts";

/** Gives these answers in turn, and repeats the last one for ever. */
function inTurn(...reactions: unknown[]): () => unknown {
  return () => (reactions.length > 1 ? reactions.shift() : reactions[0]);
}

const volumes = "POST /v1/apps/demo/volumes";
const regions = { data: { platform: { regions: [{ code: "sjc", name: "San Jose" }] } } };
const create = ["volumes", "create", "data", "-a", "demo", "-r", "sjc", "--yes"];
const busy = { status: 503, body: { error: "busy" } };
const badGateway = { status: 502, body: "" };
const organizations = { data: { organizations: { nodes: [{ slug: "acme", name: "Acme" }] } } };
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

  test("a request that changes nothing is repeated after a reset connection", async () => {
    const { run } = await startSandbox({ organizations: inTurn("drop", organizations) });
    expect(await run(["orgs", "list"])).toMatchObject({ exit: 0, stdout: expect.stringContaining("acme") });
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
  const deploy = ["deploy", ...deployOptions];
  const files = { "fly.toml": 'app = "demo"\n' };

  test("LaunchDarkly, if a proxy lets it through; a refusal changes nothing", async () => {
    const { server, run } = await startSandbox(
      firstDeploy({ "GET /v1/apps/demo/machines/machine1/wait": { ok: true } }),
      {
        files,
      },
    );
    expect((await run(deploy)).exit).toBe(0);
    expect(server.requests).toContainEqual({
      via: "proxy",
      method: "CONNECT",
      url: "clientsdk.launchdarkly.com:443",
    });
  });
});

/** Sources: flyctl's internal/command/ips/allocate.go and fly-go's resource_ip_addresses.go. */
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

  test("in the organization of FLY_ORG, although no flag names it", async () => {
    expect(await asked([...allocate, "--network", "its-own"], { FLY_ORG: "elsewhere" })).toEqual({
      input: { ...input, organizationId: "org_2", network: "its-own" },
    });
  });
});
