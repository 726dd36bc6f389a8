import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TailnetControls } from "../support/tailnetApi.ts";
import { joinAsMachine } from "../support/tailnetDevice.ts";
import { expectSuccess, TestStack } from "./testStack.ts";

/** The program's dealings with Tailscale's API. */
let stack: TestStack;
let tailnet: TailnetControls;

beforeEach(async () => {
  stack = await TestStack.create();
  tailnet = new TailnetControls(stack.env.TAILSCALE_BASE_URL ?? "");
});

afterEach(() => stack?.remove());

const api = (method: string, path: string, body?: object) =>
  fetch(`${stack.env.TAILSCALE_BASE_URL}/api/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${stack.env.TAILSCALE_API_KEY}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

describe("what has to be on in the tailnet is checked before anything is made", () => {
  test.each([
    ["MagicDNS", "/tailnet/-/dns/preferences", "POST", { magicDNS: false }, "MagicDNS is off"],
    ["HTTPS", "/tailnet/-/settings", "PATCH", { httpsEnabled: false }, "HTTPS certificates are off"],
  ])("%s: the error names the page to open", async (_, path, method, body, reason) => {
    expect((await api(method, path, body)).ok).toBe(true);
    const run = await stack.up();
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain(reason);
    expect(run.output).toContain("https://login.tailscale.com/admin/dns");
    expect(await stack.flyctl.calls()).toEqual([]);
    expect((await tailnet.state()).keys).toEqual([]);
  });

  test("tags that the credential does not own", async () => {
    await stack.configure({ tags: '["tag:somebody-elses"]' });
    const { TAILSCALE_API_KEY, ...env } = stack.env;
    const run = await stack.up({ env: { ...env, ...stack.platform.oauthClients.whole }, extendEnv: true });
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain("cannot make keys for tag:somebody-elses");
    expect(run.output).toContain("https://login.tailscale.com/admin/settings/oauth");
    expect(await stack.flyctl.calls()).toEqual([]);
  });
});

test("an OAuth client with two scopes and one tag is enough for a whole life", async () => {
  const { TAILSCALE_API_KEY, ...env } = stack.env;
  const withClient = { env: { ...env, ...stack.platform.oauthClients.whole }, extendEnv: true };
  expectSuccess(await stack.up(withClient));
  expectSuccess(await stack.destroy(withClient));
  expect((await tailnet.state()).keys).toEqual([]);
});

test("a device that lived on an earlier volume makes room, before a machine joins with an empty one", async () => {
  const leave = await joinAsMachine(stack);
  try {
    const ofApp = async () =>
      (await tailnet.state()).devices.filter(({ hostname }) => hostname === stack.appName);
    expect(await ofApp()).toHaveLength(1);
    expectSuccess(await stack.up());
    expect(await ofApp()).toEqual([]);
  } finally {
    await leave();
  }
});
