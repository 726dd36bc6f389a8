import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tailnetDomain } from "../../local/platform/tailnet.ts";
import { TailnetControls } from "../support/tailnetApi.ts";
import { joinAsMachine, withTwoDevices } from "../support/tailnetDevice.ts";
import { expectSuccess, root, TestStack } from "./testStack.ts";

/** How the program uses Tailscale's API. */
let stack: TestStack;
let tailnet: TailnetControls;

beforeEach(async () => {
  stack = await TestStack.create();
  tailnet = new TailnetControls(stack.env.TAILSCALE_BASE_URL ?? "");
});

afterEach(() => stack?.remove());

/** The sentence that the machine prints at its start about something that only a person can change. */
const machineNeeds = async (need: string) =>
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
    expect(unseen.output).toContain("is not allowed to read whether HTTPS is on");
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
  const [problem = "", fix = ""] = (await machineNeeds("certificates")).split(" → ");
  const needed = {
    TEST_TAILNET_PROBLEM: `${problem} → ${fix}`,
    TEST_TAILNET_FIXED_BY: "TAILNET_HTTPS=false",
  };
  for (const [name, value] of Object.entries(needed))
    await stack.configureSecret(["--path", `extraSecrets.${name}`], value);
  const run = await stack.up();
  expect(run.exitCode).not.toBe(0);
  expect(run.output).toContain(`: ${problem}\n`);
  expect(run.output).toContain("https://login.tailscale.com/admin/dns");
  const [, plainHttp = ""] = /\(or serve plain HTTP inside WireGuard: (.*)\)$/.exec(fix) ?? [];
  expectSuccess(await stack.type(plainHttp));

  const [, logs = ""] = (await machineNeeds("logs")).split(" → ");
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

test("a device that lived on an earlier volume makes room, before a machine joins with an empty one", async () => {
  const device = await joinAsMachine(stack);
  try {
    const ofApp = async () =>
      (await tailnet.state()).devices.filter(({ hostname }) => hostname === stack.appName);
    expect(await ofApp()).toHaveLength(1);
    expectSuccess(await stack.up());
    expect(await ofApp()).toEqual([]);
  } finally {
    await device.stop();
  }
});

/** Makes the test's machine report about its device what a real one would. */
async function machineSays(state: string, label: string, problem = ""): Promise<void> {
  const said = JSON.stringify({ state, name: `${label}.${tailnetDomain}`, problem });
  const [machine] = await stack.fly<{ id: string }[]>("machine", "list", "-a", stack.appName);
  const command = `/machine write /paperclip/tailnet.json '${said}'`;
  await stack.fly("machine", "exec", machine?.id ?? "", command, "-a", stack.appName);
}

const labels = async () =>
  (await tailnet.state()).devices.map(({ name }) => name.replace(`.${tailnetDomain}`, ""));

test("an update gives a machine whose name got a number its own name, once the other device is removed", async () => {
  expectSuccess(await stack.up());
  const [app, numbered] = [stack.appName, `${stack.appName}-1`];
  await withTwoDevices(stack, async () => {
    expect((await labels()).sort()).toEqual([app, numbered]);
    await machineSays("Running", numbered, `the device got the name ${numbered}`);
    // The device is checked after each release.
    await stack.configure({ memory: "1536mb" });
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(
      /Another device has the name\. Remove or rename that one .*run: pulumi up/,
    );
    expect((await labels()).sort()).toEqual([app, numbered]);

    const other = (await tailnet.state()).devices.find(({ name }) => name === `${app}.${tailnetDomain}`);
    expect((await api("DELETE", `/device/${other?.nodeId}`)).ok).toBe(true);
    const update = stack.up();
    await pWaitFor(async () => (await labels()).join() === app, { interval: 300, timeout: 120_000 });
    await machineSays("Running", app);
    expectSuccess(await update);
  });
});

test("a machine that has to join anew gets the new key by the command that it prints, and is restarted for it", async () => {
  expectSuccess(await stack.up());
  await machineSays("NeedsLogin", stack.appName, "its key is refused; pulumi up --refresh makes a new key");
  const [key] = (await tailnet.state()).keys;
  expect((await api("DELETE", `/tailnet/-/keys/${key?.id}`)).ok).toBe(true);
  await stack.flyctl.forget();
  const update = stack.up({}, "--refresh");
  const restarted = async () =>
    (await stack.flyctl.calls()).some((call) => call.startsWith("secrets deploy"));
  await pWaitFor(restarted, { interval: 300, timeout: 120_000 });
  await stack.machineState("started");
  await machineSays("Running", stack.appName);
  expectSuccess(await update);
});

test("the program waits for an API that limits everybody's requests at the start", async () => {
  await tailnet.faults({ apiLimitSeconds: 5 });
  expectSuccess(await stack.up());
});
