import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { anthropicKey } from "../support/credentials.ts";
import { flyControl } from "../support/flyControl.ts";
import { onlyLooks } from "../support/flyctlRecorder.ts";
import { expectSuccess, TestStack } from "./testStack.ts";

let stack: TestStack;
let original: Record<string, string>;

beforeAll(async () => {
  stack = await TestStack.create();
  expectSuccess(await stack.up());
  original = await stack.outputs();
});

beforeEach(() => stack.flyctl.forget());

afterAll(() => stack?.remove());

/** The calls of an update that change something, by their verbs. */
const changes = async () =>
  (await stack.flyctl.calls()).filter((call) => !onlyLooks(call)).map((call) => call.split(" -")[0]);

const volumeSizes = async () => {
  const volumes = await stack.fly<{ size_gb: number }[]>("volumes", "list", "-a", stack.appName);
  return volumes.map(({ size_gb }) => size_gb);
};

async function updated(settings: Record<string, string | undefined>): Promise<void> {
  await stack.configure(settings);
  expectSuccess(await stack.up());
  const now = await stack.outputs();
  expect(now.volumeId).toBe(original.volumeId);
  expect(now.machineId).toBe(original.machineId);
}

describe("a change of", () => {
  test("memory releases anew, in the same machine with the same volume", async () => {
    await updated({ memory: "1536mb" });
    expect(await changes()).toEqual(["deploy"]);
    const machines = await stack.fly<{ config: { guest: { memory_mb: number } } }[]>(
      "machine",
      "list",
      "-a",
      stack.appName,
    );
    expect(machines.map(({ config }) => config.guest.memory_mb)).toEqual([1536]);
  });

  test("a secret stages it and releases anew", async () => {
    await stack.configureSecret(["anthropicKey"], anthropicKey("canary"));
    await updated({});
    expect(await changes()).toEqual(["secrets import", "deploy"]);
  });

  test("a secret to no value removes it from the app", async () => {
    await updated({ anthropicKey: undefined });
    expect(await changes()).toEqual(["secrets unset ANTHROPIC_API_KEY", "deploy"]);
    const names = await stack.fly<{ name: string }[]>("secrets", "list", "-a", stack.appName);
    expect(names.map(({ name }) => name)).not.toContain("ANTHROPIC_API_KEY");
  });

  test("the image releases the new one", async () => {
    const image = await stack.pushImage("exits");
    await stack.configure({ image });
    const failing = await stack.up();
    expect(failing.exitCode).not.toBe(0);
    await updated({ image: await stack.pushImage("serves") });
  });

  test("the snapshot retention updates the volume and touches nothing else", async () => {
    await updated({ snapshotRetention: "14" });
    expect((await changes()).filter((call) => !call?.startsWith("deploy"))).toEqual([
      `volumes update ${original.volumeId}`,
    ]);
  });

  test("the volume's size extends it, and restarts the machine where its file system grows only then", async () => {
    const { conditions } = flyControl(stack.env);
    await updated({ volumeSize: "4gb" });
    expect(await changes()).toEqual([`volumes extend ${original.volumeId}`]);
    await conditions({ extendNeedsRestart: true });
    await stack.flyctl.forget();
    await updated({ volumeSize: "5gb" });
    await conditions({ extendNeedsRestart: false });
    expect(await changes()).toEqual([
      `volumes extend ${original.volumeId}`,
      `machine restart ${original.machineId}`,
    ]);
    expect(await volumeSizes()).toEqual([5]);
  });

  test("the volume's size to less than it has leaves it as it is", async () => {
    await updated({ volumeSize: "1gb" });
    expect(await changes()).toEqual([]);
    expect(await volumeSizes()).toEqual([5]);
  });

  test("the volume's limit lets Fly.io extend the volume automatically, and no update undoes that", async () => {
    await updated({ volumeSize: "5gb", volumeLimit: "7gb" });
    expect(await changes()).toEqual(["deploy"]);
    await flyControl(stack.env).api("PUT", `/_emulator/volumes/${original.volumeId}/used`, { usedGb: 6 });
    expect(await volumeSizes()).toEqual([7]);
    await stack.flyctl.forget();
    await updated({ snapshotRetention: "15" });
    expect((await changes()).filter((call) => !call?.startsWith("deploy"))).toEqual([
      `volumes update ${original.volumeId}`,
    ]);
    expect(await volumeSizes()).toEqual([7]);
  });
});

describe("what cannot be done to the data is refused, and the next update is as before", () => {
  test.each([
    [
      "another region",
      { region: "fra" },
      { region: "ams" },
      "cannot move to fra",
      "pulumi config set region ams",
    ],
    [
      "another name",
      { appName: "another-name" },
      { appName: undefined },
      "cannot be changed",
      "set appName paperclip-t",
    ],
    [
      "another organization",
      { organization: "acme" },
      { organization: "personal" },
      "cannot be changed",
      "set organization personal",
    ],
  ])("%s", async (_, wrong, right, reason, command) => {
    await stack.configure(wrong);
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain(reason);
    expect(refused.output).toContain(command);
    expect(await changes()).toEqual([]);
    await updated(right);
  });
});

describe("the tailnet key", () => {
  const key = async () => {
    const headers = { authorization: `Bearer ${stack.env.TAILSCALE_API_KEY}` };
    const url = `${stack.env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`;
    const { keys } = (await (await fetch(url, { headers })).json()) as { keys: { id: string }[] };
    return { ids: keys.map(({ id }) => id), url, headers };
  };

  test("that was revoked is replaced by an update with a refresh, and the healthy machine is not restarted", async () => {
    const { ids, url, headers } = await key();
    expect(ids).toHaveLength(1);
    await fetch(`${url}/${ids[0]}`, { method: "DELETE", headers });
    expectSuccess(await stack.up({}, "--refresh"));
    const renewed = (await key()).ids;
    expect(renewed).toHaveLength(1);
    expect(renewed).not.toEqual(ids);
    expect(await changes()).toEqual(["secrets import"]);
    const secrets = await stack.fly<{ name: string; status: string }[]>(
      "secrets",
      "list",
      "-a",
      stack.appName,
    );
    const waiting = secrets.filter(({ status }) => status !== "Deployed").map(({ name }) => name);
    expect(waiting).toEqual(["TAILSCALE_AUTH_KEY"]);
  });
});
