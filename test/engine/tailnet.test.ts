import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TailnetControls } from "../support/tailnetApi.ts";
import { expectSuccess, root, TestStack } from "./testStack.ts";

/** The program's dealings with Tailscale's API. */
let stack: TestStack;
let tailnet: TailnetControls;

beforeEach(async () => {
  stack = await TestStack.create();
  tailnet = new TailnetControls(stack.env.TAILSCALE_BASE_URL ?? "");
});

afterEach(() => stack?.remove());

/** The sentence of the machine's start about something that only a person can change. */
const machineSays = async (need: string) =>
  (await execa("bash", ["-c", `source docker/lib/tailnetOwner.sh; tailnet_needs_${need}`], { cwd: root }))
    .stdout;

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

  test("HTTPS, with the scopes that the README recommends; without them the update goes on", async () => {
    await api("PATCH", "/tailnet/-/settings", { httpsEnabled: false });
    const { TAILSCALE_API_KEY, ...env } = stack.env;
    const withClient = (client: "recommended" | "whole") => ({
      env: { ...env, ...stack.platform.oauthClients[client] },
      extendEnv: true,
    });
    const seen = await stack.up(withClient("recommended"));
    expect(seen.exitCode).not.toBe(0);
    expect(seen.output).toContain("HTTPS certificates are off");
    expect(await stack.flyctl.calls()).toEqual([]);
    const unseen = await stack.up(withClient("whole"));
    expectSuccess(unseen);
    expect(unseen.output).toContain("may not read whether HTTPS is on");
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

test("a device that waits for somebody ends the update with what to do, and what is to be typed is enough", async () => {
  const [problem = "", mend = ""] = (await machineSays("certificates")).split(" → ");
  const needed = {
    TEST_TAILNET_PROBLEM: `${problem} → ${mend}`,
    TEST_TAILNET_MENDED_BY: "TAILNET_HTTPS=false",
  };
  for (const [name, value] of Object.entries(needed))
    await stack.configureSecret(["--path", `extraSecrets.${name}`], value);
  const run = await stack.up();
  expect(run.exitCode).not.toBe(0);
  expect(run.output).toContain(`: ${problem}\n`);
  expect(run.output).toContain("https://login.tailscale.com/admin/dns");
  const [, plainHttp = ""] = /\(or serve plain HTTP inside WireGuard: (.*)\)$/.exec(mend) ?? [];
  expectSuccess(await stack.type(plainHttp));

  const [, logs = ""] = (await machineSays("logs")).split(" → ");
  expectSuccess(await stack.type(logs));
  const machines = await stack.fly<{ config: { env: object } }[]>("machine", "list", "-a", stack.appName);
  expect(machines[0]?.config.env).toMatchObject({ TAILNET_HTTPS: "false", TAILSCALE_LOGS: "true" });
});

test("an OAuth client with two scopes and one tag is enough for a whole life", async () => {
  const { TAILSCALE_API_KEY, ...env } = stack.env;
  const withClient = { env: { ...env, ...stack.platform.oauthClients.whole }, extendEnv: true };
  expectSuccess(await stack.up(withClient));
  expectSuccess(await stack.destroy(withClient));
  expect((await tailnet.state()).keys).toEqual([]);
});
