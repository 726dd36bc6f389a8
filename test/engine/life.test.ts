import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArgvSampler } from "../support/argvSampler.ts";
import { claudeToken } from "../support/credentials.ts";
import { onlyLooks } from "../support/flyctlRecorder.ts";
import { expectSuccess, type Run, TestStack } from "./testStack.ts";

const canary = claudeToken("canary-of-the-engine-tests");
const extraCanary = 'ghp_canary#with a hash and "quotes"';

let stack: TestStack;
let first: Run;
let commandLines: string[];
let output: string;

beforeAll(async () => {
  stack = await TestStack.create();
  await stack.configureSecret(["claudeToken"], canary);
  await stack.configureSecret(["--path", "extraSecrets.GITHUB_TOKEN"], extraCanary);
  const sampler = new ArgvSampler();
  first = await stack.up();
  commandLines = await sampler.stop();
  output = first.output;
});

afterAll(() => stack?.remove());

/** Everything that is allowed to appear only in the machine's environment and, encrypted, in the state. */
async function secretValues(): Promise<string[]> {
  const { env } = stack;
  const deployment = JSON.parse(
    (await execa("pulumi", ["stack", "export", "--show-secrets", "--stack", stack.name], { env })).stdout,
  );
  const resources = deployment.deployment.resources as {
    type: string;
    outputs?: Record<string, { plaintext?: string }>;
  }[];
  const made = resources.flatMap(({ outputs }) => [
    outputs?.hex,
    outputs?.base64,
    outputs?.key,
    outputs?.stdin,
  ]);
  const texts = made.flatMap((value) => (value?.plaintext ? [JSON.parse(value.plaintext) as string] : []));
  return [canary, extraCanary, env.FLY_API_TOKEN ?? "", env.TAILSCALE_API_KEY ?? "", ...texts];
}

describe("the first up", () => {
  test("succeeds and exports what the operator needs", async () => {
    expectSuccess(first);
    expect(await stack.outputs()).toEqual({
      appName: stack.appName,
      url: `https://${stack.appName}.tailnet-dev.ts.net`,
      machineId: expect.stringMatching(/^[0-9a-f]{14}$/),
      volumeId: expect.stringMatching(/^vol_/),
      imageDigest: expect.stringMatching(/@sha256:[0-9a-f]{64}$/),
      privateIp: expect.stringMatching(/^fdaa:/),
      inviteUrl: expect.stringMatching(/^https:.*\/invite\//),
      tailnetPolicy: expect.stringContaining('"tcp:443"'),
      claudeTokenSetOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
  });

  test("calls flyctl in the order that leaves nothing public and nothing half made", async () => {
    const changes = (await stack.flyctl.calls()).filter((call) => !onlyLooks(call));
    const position = (pattern: RegExp) => {
      const found = changes.findIndex((call) => pattern.test(call));
      expect(found, `${pattern} in ${changes.join("\n")}`).toBeGreaterThanOrEqual(0);
      return found;
    };
    const app = position(/^apps create \S+ --org personal --network paperclip-\S+/);
    const middle = [
      position(/^volumes create paperclip_data .*--region ams/),
      position(/^ips allocate-v6 --private/),
      position(/^secrets import --stage/),
    ];
    const deploy = position(/^deploy .*--image \S+@sha256:[0-9a-f]{64} .*--ha=false --no-public-ips/);
    for (const step of middle) {
      expect(step).toBeGreaterThan(app);
      expect(step).toBeLessThan(deploy);
    }
    expect(
      changes.filter((call) => /^(apps create|volumes create|ips allocate|secrets import|deploy)/.test(call)),
    ).toHaveLength(5);
  });

  test("leaves one started machine with the volume, and only a private address", async () => {
    const machines = await stack.fly<{ state: string; config: { mounts: { volume: string }[] } }[]>(
      "machine",
      "list",
      "-a",
      stack.appName,
    );
    expect(machines).toMatchObject([
      { state: "started", config: { mounts: [{ volume: (await stack.outputs()).volumeId }] } },
    ]);
    const addresses = await stack.fly<{ Type: string }[]>("ips", "list", "-a", stack.appName);
    expect(addresses.map(({ Type }) => Type)).toEqual(["private_v6"]);
  });

  test("brings each secret into the machine as it was set", async () => {
    const { machineId = "" } = await stack.outputs();
    const { stdout } = await stack.fly<{ stdout: string }>(
      "machine",
      "exec",
      machineId,
      "machine env",
      "-a",
      stack.appName,
    );
    expect(stdout).toContain(`CLAUDE_CODE_OAUTH_TOKEN=${canary}\n`);
    expect(stdout).toContain(`GITHUB_TOKEN=${extraCanary}\n`);
    expect(stdout).toMatch(/BETTER_AUTH_SECRET=[0-9A-Za-z]{48}\n/);
  });
});

describe("a second up", () => {
  test("changes nothing and asks the platform nothing", async () => {
    const before = (await stack.requests()).length;
    await stack.flyctl.forget();
    const second = await stack.up();
    output += second.output;
    expect(second.output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(await stack.flyctl.calls()).toEqual([]);
    expect((await stack.requests()).length - before).toBe(0);
  });
});

describe("no secret is in clear", () => {
  test("in the state", async () => {
    const state = await stack.state();
    for (const secret of await secretValues()) expect(state).not.toContain(secret);
    expect(state).not.toContain(stack.env.FLY_API_TOKEN);
  });

  test("in what the engine printed", async () => {
    for (const secret of await secretValues()) expect(output).not.toContain(secret);
  });

  test("in any process's command line while it ran", async () => {
    expect(commandLines.some((line) => line.includes("flyctl"))).toBe(true);
    for (const secret of await secretValues()) {
      expect(commandLines.filter((line) => line.includes(secret))).toEqual([]);
    }
  });

  test("in flyctl's configuration and logs", async () => {
    const leftovers = await stack.leftovers();
    expect(leftovers.length).toBeGreaterThan(0);
    const { FLY_API_TOKEN = "", TAILSCALE_API_KEY = "" } = stack.env;
    for (const secret of (await secretValues()).filter(
      (value) => ![FLY_API_TOKEN, TAILSCALE_API_KEY].includes(value),
    )) {
      expect(leftovers.split("\n").filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});

describe("destroy", () => {
  test("takes away app, machine, volume, address and key, and says that nothing is left", async () => {
    const run = await stack.destroy();
    expectSuccess(run);
    expect(await stack.fly("apps", "list", "-o", "personal")).toEqual([]);
    const { stdout } = await execa("docker", ["ps", "--all", "--format", "{{.Names}} {{.Labels}}"]);
    expect(stdout).not.toContain(stack.appName);
    const keys = await fetch(`${stack.env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`, {
      headers: { authorization: `Bearer ${stack.env.TAILSCALE_API_KEY}` },
    });
    expect(await keys.json()).toEqual({ keys: [] });
  });
});
