import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { doctor } from "../support/doctor.ts";
import { onlyLooks } from "../support/flyctlRecorder.ts";
import { migrate } from "../support/migration.ts";
import { TailnetControls } from "../support/tailnetApi.ts";
import { joinAsMachine } from "../support/tailnetDevice.ts";
import type { TailnetNode } from "../support/tailnetNode.ts";
import { expectSuccess, TestStack } from "./testStack.ts";

/**
 * Fly.io moves the machine to another host in every phase of a stack's life. The volume has another id each time, and it is not known
 * whether it keeps its age. While there are two volumes, nothing touches the one with the data in place of the other.
 */
let stack: TestStack;
let tailnet: TailnetControls;
let node: TailnetNode | undefined;
let original: Record<string, string>;
let device: string;

beforeAll(async () => {
  stack = await TestStack.create();
  tailnet = new TailnetControls(stack.env.TAILSCALE_BASE_URL ?? "");
  expectSuccess(await stack.up());
  original = await stack.outputs();
  await exec("machine write /paperclip/proof kept");
  node = await joinAsMachine(stack);
  [device = ""] = await devices();
});

beforeEach(() => stack.flyctl.forget());

afterAll(async () => {
  await node?.stop();
  await stack?.remove();
});

/** The app's devices, by their ids in the tailnet. */
const devices = async () => {
  const state = await tailnet.state();
  return state.devices.filter(({ hostname }) => hostname === stack.appName).map(({ nodeId }) => nodeId);
};

/** The output of a command in the machine. */
const exec = async (command: string) => {
  const words = ["machine", "exec", original.machineId ?? "", command, "-a", stack.appName];
  return (await stack.fly<{ stdout?: string }>(...words)).stdout;
};

const volumes = () =>
  stack.fly<{ id: string; attached_machine_id: string | null }[]>("volumes", "list", "-a", stack.appName);

const volumeOfMachine = async () =>
  (await volumes()).find(({ attached_machine_id: machine }) => machine === original.machineId)?.id;

/** The calls of an update that change something. */
const changes = async () =>
  (await stack.flyctl.calls()).filter((call) => !onlyLooks(call)).map((call) => call.split(" -")[0]);

/** Waits until the moved machine is up. Fly.io checks it anew. */
async function healthy() {
  const machines = () =>
    stack.fly<{ checks?: { status: string }[] }[]>("machine", "list", "-a", stack.appName);
  const passes = async () => {
    const checks = (await machines())[0]?.checks ?? [];
    return checks.length > 0 && checks.every(({ status }) => status === "passing");
  };
  await pWaitFor(passes, { interval: 200, timeout: 60_000 });
}

/** Checks everything that must never be lost, and what can be seen of it. */
async function expectWell() {
  await healthy();
  expect(await devices()).toEqual([device]);
  expect(await exec("machine cat /paperclip/proof")).toBe("kept");
  const lines = await doctor(stack);
  expect(lines.filter((line) => /^✗|→/.test(line))).toEqual([]);
  expect(lines.join("\n")).toContain(`${await volumeOfMachine()}, `);
  expect((await stack.outputs()).machineId).toBe(original.machineId);
}

describe.each(["new", "kept"] as const)("the copy's age is %s:", (createdAt) => {
  test("after an update doctor shows the new id, and the next update changes nothing", async () => {
    const before = await volumeOfMachine();
    await migrate(stack, { createdAt });
    expect(await volumeOfMachine()).not.toBe(before);
    await expectWell();
    expect((await doctor(stack)).join("\n")).toMatch(/✓ volume .*Fly\.io has moved it/);
    await stack.flyctl.forget();
    const run = await stack.up();
    expect(run.output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(await changes()).toEqual([]);
  });

  test("another size and retention go to the volume that the machine has now, and its id is recorded", async () => {
    const volume = await volumeOfMachine();
    const settings = {
      new: { volumeSize: "4gb", snapshotRetention: "14" },
      kept: { volumeSize: "5gb", snapshotRetention: "7" },
    };
    await stack.configure(settings[createdAt]);
    expectSuccess(await stack.up());
    expect(await changes()).toEqual([`volumes extend ${volume}`, `volumes update ${volume}`]);
    expect((await stack.outputs()).volumeId).toBe(volume);
    await expectWell();
  });

  test("with two volumes of one name and none attached, an update stops before it touches either", async () => {
    await migrate(stack, { until: "copying", createdAt, attachedWhileCopying: false });
    const both = await volumes();
    expect(both).toHaveLength(2);
    const before = { new: "14", kept: "7" }[createdAt];
    await stack.configure({ snapshotRetention: "21" });
    await stack.flyctl.forget();
    const run = await stack.up();
    expect(run.exitCode).not.toBe(0);
    for (const { id } of both) expect(run.output).toContain(`${id}, `);
    expect(run.output).toContain("Fly.io makes a copy when it moves a machine");
    expect(run.output).not.toMatch(/destroy/);
    expect(await changes()).toEqual([]);
    const said = (await doctor(stack)).join("\n");
    expect(said).not.toMatch(/destroy/);
    const [advice = ""] = /flyctl volumes .*/.exec(said) ?? [];
    expect((await stack.type(advice)).output).toContain(both[1]?.id);
    await stack.configure({ snapshotRetention: before });
  });

  test("with two volumes of one name, an update goes to the one that the machine has", async () => {
    await migrate(stack, { until: "moved", createdAt });
    expect(await volumes()).toHaveLength(2);
    await expectWell();
    const retention = { new: "15", kept: "8" }[createdAt];
    await stack.configure({ snapshotRetention: retention });
    await stack.flyctl.forget();
    expectSuccess(await stack.up());
    expect(await changes()).toEqual([`volumes update ${await volumeOfMachine()}`]);
    await migrate(stack, { until: "done" });
    expect(await volumes()).toHaveLength(1);
    await expectWell();
  });
});

test("between an update that failed and the one that completes it", async () => {
  const image = await stack.pushImage();
  await stack.configure({ image: image.replace(/.{8}$/, "00000000"), volumeSize: "6gb" });
  const failed = await stack.up();
  expect(failed.exitCode).not.toBe(0);
  await migrate(stack, { createdAt: "new" });
  await stack.configure({ image, memory: "1280mb" });
  expectSuccess(await stack.up());
  await expectWell();
});

test("a lost state is made anew around the volume that the machine has", async () => {
  await migrate(stack, { until: "moved", createdAt: "new" });
  await stack.loseState();
  expectSuccess(await stack.up());
  expect((await stack.outputs()).volumeId).toBe(await volumeOfMachine());
  await expectWell();
});

test("before a destroy, which takes both volumes away", async () => {
  expect(await volumes()).toHaveLength(2);
  expectSuccess(await stack.destroy());
  expect(await stack.fly("apps", "list", "-o", "personal")).toEqual([]);
  expect(await devices()).toEqual([]);
});
