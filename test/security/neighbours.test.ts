import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient, type MachineAnswer } from "../contract/fly/support/apiClient.ts";
import { expectSuccess, TestStack } from "../engine/testStack.ts";
import { doctor } from "../support/doctor.ts";
import { editInputs } from "../support/earlierState.ts";

/**
 * Other apps of the same organization find no address and no name by which they could get in. An app that the operator puts into the app's
 * own network does get in, which shows that the tests would notice.
 */
let stack: TestStack;
let api: ApiClient;
let outputs: Record<string, string>;
let machine: MachineAnswer;

beforeAll(async () => {
  stack = await TestStack.create();
  api = new ApiClient(stack.env.FLY_API_BASE_URL ?? "", stack.env.FLY_API_TOKEN ?? "");
  expectSuccess(await stack.up());
  outputs = await stack.outputs();
  machine = await api.machine(stack.appName, outputs.machineId ?? "");
  await startApp("neighbour", "");
  await startApp("companion", `paperclip-${stack.appName}`);
});

afterAll(() => stack?.remove());

/** An app of the stack's organization, with the tests' machine in it. */
async function startApp(name: string, network: string) {
  await api.ok("POST", "/v1/apps", { name, org_slug: "personal", network });
  await api.startedMachine(name, { image: machine.config.image });
}

/** The page that a machine of another app gets, or the reason why it gets none. */
async function visit(app: string, url: string): Promise<string> {
  const [{ id } = { id: "" }] = await api.ok<MachineAnswer[]>("GET", `/v1/apps/${app}/machines`);
  const { stdout, stderr } = await api.exec(app, id, `machine get ${url} localhost`);
  return stdout || stderr;
}

const addresses = async () =>
  (await stack.fly<{ Address: string }[]>("ips", "list", "-a", stack.appName)).map(({ Address }) => Address);

/** The 32 bits of an address that identify its network. */
const networkOf = (address: string) => address.split(":").slice(1, 3).join(":");

/** What doctor advises. */
const advice = async () =>
  (await doctor(stack)).filter((line) => line.includes("→")).map((line) => line.split("→ ")[1]);

const open = `hello from`;

test("the app's private address is in the app's own network", async () => {
  expect(await addresses()).toEqual([outputs.privateIp]);
  expect(networkOf(outputs.privateIp ?? "")).toBe(networkOf(machine.private_ip));
});

test.each([
  ["by its private address", () => `http://[${outputs.privateIp}]/`],
  ["by its Flycast name", () => `http://${stack.appName}.flycast/`],
  ["by the machine's 6PN address", () => `http://[${machine.private_ip}]:3100/`],
  ["by its internal name", () => `http://${stack.appName}.internal:3100/`],
])("another app of the organization does not get to it %s, and one in its network does", async (_, url) => {
  expect(await visit("neighbour", url())).toMatch(
    /no such host|refused|unreachable|denied|deadline|timeout/i,
  );
  expect(await visit("companion", url())).toContain(open);
});

test("doctor finds an address that was allocated by hand without a network, and its advice closes it", async () => {
  expectSuccess(await stack.type(`flyctl ips allocate-v6 --private --app ${stack.appName}`));
  const hole = (await addresses()).find((address) => address !== outputs.privateIp) ?? "";
  expect(await visit("neighbour", `http://[${hole}]/`)).toContain(open);
  const [command = "", ...more] = await advice();
  expect(more).toEqual([]);
  expectSuccess(await stack.type(command));
  expect(await visit("neighbour", `http://[${hole}]/`)).not.toContain(open);
  expect(await advice()).toEqual([]);
});

test("doctor finds that the address was released by hand, and its advice allocates it again", async () => {
  expectSuccess(await stack.type(`flyctl ips release ${outputs.privateIp} --app ${stack.appName}`));
  const [command = "", ...more] = await advice();
  expect(more).toEqual([]);
  expectSuccess(await stack.type(command));
  expect(await advice()).toEqual([]);
  expect((await addresses()).map(networkOf)).toEqual([networkOf(machine.private_ip)]);
});

test("a stack of an earlier version, whose address opened the app to the organization, is closed by the next update", async () => {
  for (const address of await addresses()) {
    expectSuccess(await stack.type(`flyctl ips release ${address} --app ${stack.appName}`));
  }
  expectSuccess(await stack.type(`flyctl ips allocate-v6 --private --app ${stack.appName}`));
  const [hole = ""] = await addresses();
  await editInputs(stack, "paperclip-private-ip", (environment) => {
    delete environment.NETWORK;
  });
  expect(await visit("neighbour", `http://[${hole}]/`)).toContain(open);
  expectSuccess(await stack.up());
  expect(await visit("neighbour", `http://[${hole}]/`)).not.toContain(open);
  const now = await addresses();
  expect(now).toEqual([(await stack.outputs()).privateIp]);
  expect(now.map(networkOf)).toEqual([networkOf(machine.private_ip)]);
  expect(await advice()).toEqual([]);
});

test("a release fails while another network has a way in", async () => {
  expectSuccess(await stack.type(`flyctl ips allocate-v6 --private --app ${stack.appName}`));
  await stack.configure({ memory: "1280mb" });
  const run = await stack.up();
  expect(run.exitCode).not.toBe(0);
  const [command = ""] = /flyctl ips release .*/.exec(run.output) ?? [];
  expectSuccess(await stack.type(command));
  expectSuccess(await stack.up());
});
