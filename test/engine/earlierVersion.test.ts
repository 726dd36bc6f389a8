import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ApiClient } from "../contract/fly/support/apiClient.ts";
import { onlyLooks } from "../support/flyctlRecorder.ts";
import { commandNames, importState, previewOf, recordedStack, runLine } from "../support/recordedStack.ts";
import { RecreatedStack } from "../support/recreatedStack.ts";
import { expectSuccess } from "./testStack.ts";

/**
 * What an update from 0.1.0 is allowed to do, by resource. The app, the volume, the tailnet key and the generated secrets are not listed,
 * so they stay as they are.
 */
const allowed = {
  // It has outputs and settings that 0.1.0 did not have.
  paperclip: "update",
  // The update replaces the address, which was in the wrong network.
  "paperclip-private-ip": "update",
  // It learns whether the volume is empty, and no longer when the volume was made.
  "paperclip-former-device": "update",
  // Some names that were secrets are no longer secrets.
  "paperclip-secrets": "update",
  "paperclip-claude-token": "create",
  // The same machine gets the image and fly.toml of this version. The device and the invitation are checked after each release.
  "paperclip-image": "update",
  "paperclip-image-push": "update",
  "paperclip-release": "update",
  "paperclip-device": "update",
  "paperclip-invite": "update",
};

/**
 * Clients' stacks that 0.1.0 has made: their states as that version wrote them, with apps as that version left them. Pulumi runs the
 * commands in a state word for word, even if the program is much newer.
 */
describe("a stack of 0.1.0 whose image was built", () => {
  const recorded = recordedStack("0.1.0", "built");
  /** All command resources that 0.1.0 has made. */
  const names = commandNames(recorded);
  let recreated: RecreatedStack;

  beforeAll(async () => {
    recreated = await RecreatedStack.create(recorded);
  });

  afterAll(() => recreated?.remove());

  test("is previewed without a delete or a replacement, and what is made or updated is known by name", async () => {
    const steps = await previewOf(recreated.stack);
    expect(steps).toMatchObject({ "paperclip-private-ip": "update", "paperclip-release": "update" });
    expect(allowed).toMatchObject(steps);
  });

  test("is refused where its state lacks what the program needs, in words that name object and field", async () => {
    const { stack, state } = recreated;
    await importState(stack, state.replaceAll("volumeId", "volumeID"));
    const run = await stack.preview();
    await importState(stack, state);
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain("fly/volume has printed no volumeId");
    expect(run.output).not.toMatch(/undefined|\n\s+at /);
  });

  describe("has lines in its state that end with success when Pulumi runs them:", () => {
    test.each(names)("the update of %s", async (name) => {
      const printed = await runLine(recreated.stack, recreated.command(name), "update");
      expect(JSON.parse(printed)).toBeTypeOf("object");
    });

    test.each(names.toReversed())("the removal of %s", async (name) => {
      // Fly.io does not destroy a volume that a machine has. Pulumi runs this line if somebody names the volume, after its machine is gone.
      if (name === "paperclip-volume") await destroyMachine();
      await runLine(recreated.stack, recreated.command(name), "delete");
    });

    test("and in the end nothing is left of the app", async () => {
      expect(await recreated.stack.fly("apps", "list", "-o", "personal")).toEqual([]);
    });
  });

  async function destroyMachine() {
    const { stack } = recreated;
    const api = new ApiClient(stack.env.FLY_API_BASE_URL ?? "", stack.env.FLY_API_TOKEN ?? "");
    const id = recreated.output("paperclip-release", "machineId");
    await api.ok("DELETE", `/v1/apps/${stack.appName}/machines/${id}?force=true`);
  }
});

describe("a stack of 0.1.0 with an image of a registry", () => {
  let recreated: RecreatedStack;

  beforeAll(async () => {
    recreated = await RecreatedStack.create(recordedStack("0.1.0", "prebuilt"));
  });

  beforeEach(() => recreated.stack.flyctl.forget());

  afterAll(() => recreated?.remove());

  const changes = async () =>
    (await recreated.stack.flyctl.calls())
      .filter((call) => !onlyLooks(call))
      .map((call) => call.split(" --")[0]);

  const secretNames = async () => {
    const { stack } = recreated;
    const secrets = await stack.fly<{ name: string }[]>("secrets", "list", "--app", stack.appName);
    return secrets.map(({ name }) => name);
  };

  test("is updated: the same machine keeps the same volume, and the address moves to the app's own network", async () => {
    const { stack } = recreated;
    const address = recreated.output("paperclip-private-ip", "address");
    expectSuccess(await stack.up());
    const outputs = await stack.outputs();
    expect(outputs).toMatchObject({
      machineId: recreated.output("paperclip-release", "machineId"),
      volumeId: recreated.output("paperclip-volume", "volumeId"),
    });
    expect((await changes()).filter((call) => !call?.startsWith("secrets "))).toEqual([
      `ips release ${address}`,
      "ips allocate-v6",
      "deploy",
    ]);
    const now = await stack.fly<{ Address: string }[]>("ips", "list", "--app", stack.appName);
    expect(now.map(({ Address }) => Address)).toEqual([outputs.privateIp]);
  });

  test("keeps its secrets and its machine has the values that it had, so that nobody has to sign in or join again", async () => {
    const { stack } = recreated;
    const recorded = JSON.parse(recreated.command("paperclip-secrets").inputs.stdin) as Record<
      string,
      string
    >;
    const kept = [
      "BETTER_AUTH_SECRET",
      "PAPERCLIP_AGENT_JWT_SECRET",
      "TAILSCALE_AUTH_KEY",
      "CLAUDE_CODE_OAUTH_TOKEN",
      "GITHUB_TOKEN",
    ];
    expect(await secretNames()).toEqual(expect.arrayContaining(kept));
    const { machineId = "" } = await stack.outputs();
    const words = ["machine", "exec", machineId, "machine env", "--app", stack.appName];
    const { stdout } = await stack.fly<{ stdout: string }>(...words);
    for (const [name, value] of Object.entries(recorded)) expect(stdout).toContain(`${name}=${value}\n`);
  });

  test("is unchanged by the update after that", async () => {
    const run = await recreated.stack.up();
    expect(run.output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(await changes()).toEqual([]);
  });

  test("is destroyed, and nothing is left", async () => {
    expectSuccess(await recreated.stack.destroy());
    expect(await recreated.stack.fly("apps", "list", "-o", "personal")).toEqual([]);
  });
});
