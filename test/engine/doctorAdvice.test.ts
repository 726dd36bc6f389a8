import { afterAll, beforeAll, expect, test } from "vitest";
import { cpuFinding, type ListedMachine } from "../../ops/cpuFinding.ts";
import { doctor } from "../support/doctor.ts";
import { flyControl } from "../support/flyControl.ts";
import { expectSuccess, TestStack } from "./testStack.ts";

/** doctor's advice, typed as it is printed. */
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create();
  expectSuccess(await stack.up());
});

afterAll(() => stack?.remove());

async function machine(): Promise<ListedMachine & { id: string }> {
  const machines = await stack.fly<(ListedMachine & { id: string })[]>(
    "machine",
    "list",
    "-a",
    stack.appName,
  );
  expect(machines).toHaveLength(1);
  return machines[0] as ListedMachine & { id: string };
}

test("a machine that is held back nearly all the time gets the size that fixes it, and the memory that goes with it", async () => {
  const before = await machine();
  expect(before.config.guest).toMatchObject({ cpu_kind: "shared", cpus: 1, memory_mb: 1024 });
  // After an hour.
  const first = { used: 0, steal: 0, idle: 360_000 };
  const last = { used: 62, steal: 930, idle: 360_008 };
  const { fix = "" } = cpuFinding({ cpus: 1, first, last }, before);
  expectSuccess(await stack.type(fix));
  const after = await machine();
  expect(after.config.guest).toMatchObject({ cpu_kind: "shared", cpus: 8, memory_mb: 2048 });
  expect(after.id).toBe(before.id);
});

test("a machine that Fly.io stops soon after its start is one of an organization without a card; started again, it stays", async () => {
  const { id } = await machine();
  const { api } = flyControl(stack.env);
  await api("POST", `/_emulator/machines/${id}/trial_stop`);
  await stack.machineState("stopped");
  const lines = await doctor(stack);
  const found = lines.findIndex((line) => line.includes("had no card"));
  const [, command = ""] = /add a card \(.*\), then (.*)/.exec(lines[found + 1] ?? "") ?? [];
  expect(command, lines.join("\n")).toBe(`flyctl machine start ${id} --app ${stack.appName}`);
  expectSuccess(await stack.type(command));
  await stack.machineState("started");
});

test("a question that Fly.io cuts off is one finding, whose advice can be typed, and everything else is reported", async () => {
  const error = 'deadline_exceeded: Post "http://unix/v1/exec": net/http: request canceled';
  const match = { path: "/exec$", body: "paperclip-model" };
  await flyControl(stack.env).fail({ match, fail: { how: "status", status: 408, body: { error } } });
  const lines = await doctor(stack);
  const found = lines.findIndex((line) =>
    /agents +the machine does not tell: .*deadline_exceeded/.test(line),
  );
  expect(found, lines.join("\n")).toBeGreaterThanOrEqual(0);
  expect(lines.join("\n")).toMatch(/cpu +held back for/);
  const [, command = ""] = /see (flyctl logs .*)$/.exec(lines[found + 1] ?? "") ?? [];
  expectSuccess(await stack.type(`${command} --no-tail`));
  expect((await doctor(stack)).join("\n")).not.toContain("does not tell");
});

/** As in the dashboard: this program does not use flyctl's command for it. */
async function destroyMachine(id: string) {
  const url = `${stack.env.FLY_FLAPS_BASE_URL}/v1/apps/${stack.appName}/machines/${id}?kill=true`;
  const headers = { authorization: `Bearer ${stack.env.FLY_API_TOKEN}` };
  expect((await fetch(url, { method: "DELETE", headers })).ok).toBe(true);
}

test("doctor's advice shows the snapshots of a volume that is gone", async () => {
  const { volumeId, machineId } = await stack.outputs();
  const app = `--app ${stack.appName}`;
  expectSuccess(await stack.type(`flyctl volumes snapshots create ${volumeId} ${app}`));
  await destroyMachine(machineId ?? "");
  expectSuccess(await stack.type(`flyctl volumes destroy ${volumeId} ${app} --yes`));
  const said = (await doctor(stack)).join("\n");
  expect(said).toContain(`${volumeId} is gone`);
  const [advice = ""] = /flyctl volumes snapshots .*/.exec(said) ?? [];
  const shown = await stack.type(advice);
  expectSuccess(shown);
  expect(shown.output).toMatch(/vs_/);
});
