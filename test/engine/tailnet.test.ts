import pWaitFor from "p-wait-for";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tailnetDomain } from "../../local/platform/tailnet.ts";
import { TailnetControls } from "../support/tailnetApi.ts";
import { TailnetNode } from "../support/tailnetNode.ts";
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

/** Has the test's machine say of its device what a real one would. */
async function machineSays(state: string, label: string, problem = ""): Promise<void> {
  const said = JSON.stringify({ state, name: `${label}.${tailnetDomain}`, problem });
  const [machine] = await stack.fly<{ id: string }[]>("machine", "list", "-a", stack.appName);
  const command = `/machine write /paperclip/tailnet.json '${said}'`;
  await stack.fly("machine", "exec", machine?.id ?? "", command, "-a", stack.appName);
}

/** Does the work while two more devices of the app's name are in the tailnet. */
function withTwoDevices(work: () => Promise<void>): Promise<void> {
  const makeKey = async (tags?: string[]) => {
    const create = { preauthorized: true, tags };
    const wish = { capabilities: { devices: { create } }, expirySeconds: 3600 };
    return (await (await api("POST", "/tailnet/-/keys", wish)).json()) as { id: string; key: string };
  };
  const all = { control: stack.platform.tailnet.controlUrl, makeKey };
  const device = { name: stack.appName, tags: ["tag:paperclip"] };
  return TailnetNode.use(all, device, () => TailnetNode.use(all, device, work));
}

const labels = async () =>
  (await tailnet.state()).devices.map(({ name }) => name.replace(`.${tailnetDomain}`, ""));

test("a machine that got a number has its name given to it by the update after the other device was removed", async () => {
  expectSuccess(await stack.up());
  const [app, numbered] = [stack.appName, `${stack.appName}-1`];
  await withTwoDevices(async () => {
    expect((await labels()).sort()).toEqual([app, numbered]);
    await machineSays("Running", numbered, `the device got the name ${numbered}`);
    // The device is looked at after each release.
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

test("a machine that has to join anew gets the new key by the command that it says, and is restarted for it", async () => {
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

test("an API that holds everybody back at the start is waited for", async () => {
  await tailnet.faults({ apiLimitSeconds: 5 });
  expectSuccess(await stack.up());
});
