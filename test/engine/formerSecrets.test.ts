import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { editPrinted } from "../support/earlierState.ts";
import { type FlyControl, flyControl } from "../support/flyControl.ts";
import { expectSuccess, TestStack } from "./testStack.ts";

/** A stack of 0.1.0, in which the tailnet's name was an app secret. The tests are the stations of one story, in order. */
let stack: TestStack;
let fly: FlyControl;
let tailnet: string;

beforeAll(async () => {
  stack = await TestStack.create();
  fly = flyControl(stack.env);
  expectSuccess(await stack.up());
  const { hostname } = new URL((await stack.outputs()).url ?? "");
  tailnet = hostname.slice(hostname.indexOf(".") + 1);
  // What that version left: the secret, set before the stack's tailnet got another name. The output of the release does not mention it.
  const words = ["secrets", "import", "--stage", "--app", stack.appName];
  await execa("flyctl", words, { env: stack.env, input: "TAILNET_DNS=earlier.ts.net\n" });
  await editPrinted(stack, "paperclip-secrets", (printed) => {
    printed.names = [...(printed.names as string[]), "TAILNET_DNS"];
  });
  await editPrinted(stack, "paperclip-release", (printed) => {
    delete printed.formerSecrets;
  });
});

afterAll(() => stack?.remove());

/** The tailnet's name in the environment of the machine's process. */
async function nameInMachine(): Promise<string | undefined> {
  const { machineId = "" } = await stack.outputs();
  const words = ["machine", "exec", machineId, "machine env", "-a", stack.appName];
  const { stdout } = await stack.fly<{ stdout: string }>(...words);
  return /^TAILNET_DNS=(.*)$/m.exec(stdout)?.[1];
}

const secretNames = async () =>
  (await stack.fly<{ name: string }[]>("secrets", "list", "-a", stack.appName)).map(({ name }) => name);

/** Crashes the machine. Its restart policy starts it again, with the secrets as they are now. */
async function crash() {
  const path = `/v1/apps/${stack.appName}/machines/${(await stack.outputs()).machineId}`;
  const starts = async () => {
    const machines = await stack.fly<{ events: { type: string }[] }[]>(
      "machine",
      "list",
      "-a",
      stack.appName,
    );
    return machines[0]?.events.filter(({ type }) => type === "start").length ?? 0;
  };
  const before = await starts();
  await fly.api("POST", `${path}/signal`, { signal: "SIGKILL" });
  await expect.poll(starts, { timeout: 60_000 }).toBeGreaterThan(before);
  await stack.machineState("started");
}

test("a machine that starts again before its release has the stack's name of the tailnet", async () => {
  await stack.configureSecret(["--path", "extraSecrets.ADDED"], "added");
  await fly.fail({
    match: { method: "POST", path: "^/api/v1/releases" },
    fail: { how: "status", status: 500 },
  });
  expect((await stack.up()).exitCode).not.toBe(0);
  await crash();
  await expect.poll(nameInMachine, { timeout: 60_000 }).toBe(tailnet);
});

test("the release takes it from fly.toml, and the secret is gone", async () => {
  expectSuccess(await stack.up());
  expect(await nameInMachine()).toBe(tailnet);
  expect(await secretNames()).not.toContain("TAILNET_DNS");
});

test("later starts and releases have it too, and change no secret", async () => {
  await crash();
  await expect.poll(nameInMachine, { timeout: 60_000 }).toBe(tailnet);
  await stack.flyctl.forget();
  await stack.configure({ memory: "1280mb" });
  expectSuccess(await stack.up());
  expect((await stack.flyctl.calls()).filter((call) => call.startsWith("secrets"))).toEqual([]);
});
