import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { seed, TestFly, user } from "./support/testFly.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe("tokens", () => {
  let fly: TestFly;

  beforeAll(async () => {
    const acme = { user, organization: "acme" } as const;
    fly = await TestFly.start({
      ...seed,
      tokens: [
        ...seed.tokens,
        { ...acme, kind: "org", value: "fo1_org" },
        { ...acme, kind: "deploy", app: "mine", value: "fo1_deploy" },
        { ...acme, kind: "readonly", value: "fo1_readonly" },
        { ...acme, kind: "org", value: "fo1_expired", expiresAt: "2020-01-01T00:00:00Z" },
        { kind: "user", user: "rival@example.test", value: "fo1_rival" },
      ],
    });
    await fly.api().createApp("mine", "");
    await fly.api().createApp("other", "");
  });
  afterAll(() => fly?.stop());

  const status = async (token: string, method: string, path: string, body?: object) =>
    (await fly.api(token).call(method, path, body)).status;
  const graphqlError = async (token: string, query: string) => {
    const { status: httpStatus, body } = await fly.api(token).graphql(query);
    expect(httpStatus).toBe(200);
    return body.errors?.[0]?.message;
  };

  test.each(["fo1_nobody", "fo1_expired", ""])("%j is answered 401 by all three APIs", async (token) => {
    expect(await status(token, "GET", "/v1/apps/mine")).toBe(401);
    expect(await status(token, "GET", "/api/v1/organizations/acme")).toBe(401);
    expect((await fly.api(token).graphql("{ viewer { __typename } }")).status).toBe(401);
  });

  test("are accepted under both schemes and in lists", async () => {
    for (const header of ["FlyV1 fo1_org", "Bearer fo1_org", "FlyV1 fm2_unknown,fo1_org"]) {
      const response = await fetch(`${fly.emulator.url}/v1/apps/mine`, {
        headers: { authorization: header },
      });
      expect(response.status).toBe(200);
    }
  });

  test("of an organisation create apps in it and nowhere else", async () => {
    const app = { name: "made-by-org", org_slug: "acme" };
    expect(await status("fo1_org", "POST", "/v1/apps", app)).toBe(201);
    expect(await status("fo1_org", "POST", "/v1/apps", { ...app, name: "x1", org_slug: "rivals" })).toBe(403);
    expect(await status("fo1_org", "POST", "/v1/apps", { ...app, name: "x2", org_slug: "personal" })).toBe(
      403,
    );
    expect(await status("fo1_org", "POST", "/v1/apps", { ...app, name: "x3", org_slug: "nosuch" })).toBe(404);
  });

  test("of an app change that app, see their organisation, and reach no other app", async () => {
    const secrets = { values: { A: "1" } };
    expect(await status("fo1_deploy", "POST", "/v1/apps/mine/secrets", secrets)).toBe(200);
    expect(await status("fo1_deploy", "GET", "/api/v1/organizations/acme")).toBe(200);
    expect(await status("fo1_deploy", "POST", "/v1/apps/other/secrets", secrets)).toBe(403);
    expect(await status("fo1_deploy", "GET", "/v1/apps/other")).toBe(403);
    expect(await status("fo1_deploy", "POST", "/v1/apps", { name: "new", org_slug: "acme" })).toBe(403);
    expect(await graphqlError("fo1_deploy", '{ app(name: "mine") { id } }')).toBeUndefined();
    expect(await graphqlError("fo1_deploy", '{ app(name: "other") { id } }')).toBe(
      'Could not find App "other"',
    );
  });

  test("without the right to something are refused in Fly's own words", async () => {
    const { body } = await fly.api("fo1_deploy").call("POST", "/v1/apps", { name: "new", org_slug: "acme" });
    expect(body).toEqual({ error: "unauthorized" });
    const flyctl = await fly.flyctl({}, "fo1_deploy");
    const created = await flyctl.try(["apps", "create", "new", "-o", "acme"]);
    expect(created.stderr).toMatch(/^Error: unauthorized \(Request ID: \w+\)\n$/);
    const listed = await flyctl.try(["apps", "list", "-o", "acme"]);
    expect(listed.stderr).toContain("You must be authenticated to view this.");
  });

  test("of an app hand out no further tokens", async () => {
    const flyctl = await fly.flyctl({}, "fo1_deploy");
    expect(await flyctl.try(["tokens", "create", "deploy", "-a", "mine"])).toMatchObject({ exit: 1 });
  });

  test("to read change nothing", async () => {
    expect(await status("fo1_readonly", "GET", "/v1/apps/mine/machines")).toBe(200);
    expect(await status("fo1_readonly", "POST", "/v1/apps/mine/secrets", { values: {} })).toBe(403);
    expect(await status("fo1_readonly", "DELETE", "/v1/apps/mine")).toBe(403);
    expect(await status("fo1_readonly", "POST", "/v1/apps", { name: "new", org_slug: "acme" })).toBe(403);
    const allocate = 'mutation { allocateIpAddress(input: {appId: "mine", type: v6}) { ipAddress { id } } }';
    expect(await graphqlError("fo1_readonly", allocate)).toContain("Not authorized");
  });

  test("of another organisation are forbidden on the Machines API and told nothing by GraphQL", async () => {
    expect(await status("fo1_rival", "GET", "/v1/apps/mine")).toBe(403);
    expect(await status("fo1_rival", "GET", "/v1/apps/nosuch")).toBe(404);
    expect(await graphqlError("fo1_rival", '{ app(name: "mine") { id } }')).toBe('Could not find App "mine"');
    expect(await graphqlError("fo1_rival", '{ app(name: "nosuch") { id } }')).toBe(
      'Could not find App "nosuch"',
    );
  });

  test("made with `tokens create deploy` are of the app, and expire", async () => {
    const flyctl = await fly.flyctl();
    const create = async (expiry: string) => {
      const argv = ["tokens", "create", "deploy", "-a", "mine", "--expiry", expiry];
      return (await flyctl.json<{ token: string }>(argv)).token.replace("FlyV1 ", "");
    };
    const token = await create("1h");
    expect(await status(token, "GET", "/v1/apps/mine")).toBe(200);
    expect(await status(token, "GET", "/v1/apps/other")).toBe(403);
    expect(await status(await create("1ms"), "GET", "/v1/apps/mine")).toBe(401);
    const limited = await fly.flyctl({}, token);
    expect(await limited.try(["apps", "create", "new", "-o", "acme"])).toMatchObject({ exit: 1 });
  });

  test("see their own organisations: flyctl lists them", async () => {
    const flyctl = await fly.flyctl();
    expect(await flyctl.run(["orgs", "list"])).toMatch(/^Acme +acme +SHARED *$/m);
    await flyctl.run(["apps", "create", "personal-app", "-o", "personal"]);
    const { body } = await fly.api("fo1_org").graphql("{ organizations { nodes { slug } } }");
    expect(body.data).toEqual({ organizations: { nodes: [{ slug: "acme" }] } });
  });

  test("cannot take a name that another organisation has", async () => {
    const answer = await fly.api().call("POST", "/v1/apps", { name: "taken-by-other", org_slug: "acme" });
    expect(answer).toMatchObject({
      status: 422,
      body: { error: "Validation failed: Name has already been taken", status: "name_taken" },
      requestId: expect.stringMatching(/^[0-9A-Z]{26}$/),
    });
    expect(await status("fo1_test", "GET", "/v1/apps/taken-by-other")).toBe(403);
    const invalid = { name: "No_Host_Name", org_slug: "acme" };
    expect(await status("fo1_test", "POST", "/v1/apps", invalid)).toBe(422);
  });
});
