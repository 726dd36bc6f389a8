import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claudeToken } from "../support/credentials.ts";
import { type FlyControl, flyControl } from "../support/flyControl.ts";
import { expectSuccess, TestStack } from "./testStack.ts";

/** A stack's life on a Fly.io that is slow, forgetful and terse. The tests are the stations of one story, in order. */
let stack: TestStack;
let fly: FlyControl;

beforeAll(async () => {
  stack = await TestStack.create();
  fly = flyControl(stack.env);
});

afterAll(() => stack?.remove());

/** Starts an update. A test can wait for its output. */
function begin() {
  const update = stack.startUp();
  let output = "";
  let ended = false;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listen of listeners) listen();
  };
  update.all?.on("data", (chunk: Buffer) => {
    output += String(chunk);
    tell();
  });
  update.finally(() => {
    ended = true;
    tell();
  });
  return {
    /** Waits until it has printed a text; fails if it ends without. */
    said: (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (output.includes(text)) resolve();
          else if (ended) reject(new Error(`the update never said "${text}":\n${output}`));
        };
        listeners.add(look);
        look();
      }),
    /** Waits for its end, which has to be a success. Returns its whole output. */
    async succeeded(): Promise<string> {
      const { exitCode, all } = await update;
      const run = { exitCode, output: String(all) };
      expectSuccess(run);
      return run.output;
    },
  };
}

const waitMinutes = (minutes: string) => {
  stack.env.PAPERCLIP_ON_FLY_WAIT_MINUTES = minutes;
};

const machinePath = async () => `/v1/apps/${stack.appName}/machines/${(await stack.outputs()).machineId}`;
const releases = async () => (await stack.flyctl.calls()).filter((call) => call.startsWith("deploy "));

/** The environment of the machine's process. */
async function environment(): Promise<string> {
  const { machineId = "" } = await stack.outputs();
  const args = ["machine", "exec", machineId, "machine env", "-a", stack.appName];
  return (await stack.fly<{ stdout: string }>(...args)).stdout;
}

const stagedNames = async () => {
  const secrets = await stack.fly<{ name: string; status: string }[]>("secrets", "list", "-a", stack.appName);
  return secrets.filter(({ status }) => status === "Staged").map(({ name }) => name);
};

describe("the first update", () => {
  test("that loses its patience while Fly.io fetches the image says so", async () => {
    await fly.conditions({ pullsHang: true });
    waitMinutes("0.3");
    const { exitCode, output } = await stack.up();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("is created: Fly.io fetches the image, which can take ten minutes");
    expect(output).toContain("look again with: pulumi up");
  });

  test("is completed by the next one, which waits for that image, and asks again for an invitation that is cut or lost", async () => {
    const match = { path: "/exec$", body: "paperclip-invite" };
    const error = 'deadline_exceeded: Post "http://unix/v1/exec": net/http: request canceled';
    await fly.fail({ match, fail: { how: "status", status: 408, body: { error } } });
    await fly.fail({ match, fail: { how: "disconnect" } });
    waitMinutes("2");
    await stack.flyctl.forget();
    const update = begin();
    await update.said("is created: Fly.io fetches the image");
    expect(await releases()).toEqual([]);
    await fly.conditions({ pullsHang: false });
    const output = await update.succeeded();
    // Pulumi repeats the last line when it is done.
    const asked = output.split("\n").filter((line) => /creating .*; asking again/.test(line));
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain("deadline_exceeded");
    expect(asked[1]).toContain("EOF");
    expect((await stack.outputs()).inviteUrl).toMatch(/\/invite\//);
    expect(await stack.fly<object[]>("machine", "list", "-a", stack.appName)).toHaveLength(1);
  });
});

test("an update continues on its own when flyctl waits no longer, and succeeds when the image is there", async () => {
  waitMinutes("0.8");
  await fly.conditions({ pullsHang: true });
  await stack.configure({ memory: "1280mb" });
  const update = begin();
  await update.said("flyctl waits no longer; looking at the machine itself");
  await update.said("is replacing: Fly.io fetches the image");
  await fly.conditions({ pullsHang: false });
  await update.succeeded();
});

test("a machine that was at rest does not count as healthy before a check of it has passed", async () => {
  waitMinutes("");
  await fly.api("POST", `${await machinePath()}/stop`, {});
  await stack.machineState("stopped");
  await fly.conditions({ checksHang: true });
  await stack.configure({ memory: "1024mb" });
  const update = begin();
  await update.said("is started; Fly.io's check has no result yet");
  await fly.conditions({ checksHang: false });
  await update.succeeded();
});

describe("secrets", () => {
  test("are staged last: an update that ends before its release has staged none", async () => {
    await stack.configureSecret(["--path", "extraSecrets.ADDED"], "added");
    await stack.configure({ region: "fra" });
    const refused = await stack.up();
    expect(refused.output).toContain("cannot move to fra");
    expect(await stagedNames()).toEqual([]);
    await stack.configure({ region: "ams" });
  });

  test("that were staged for a release that failed come with the machine's next start, and the next update completes it", async () => {
    await stack.configureSecret(["claudeToken"], claudeToken("before"));
    expectSuccess(await stack.up());
    await stack.configureSecret(["claudeToken"], claudeToken("after"));
    await stack.configure({ extraSecrets: undefined });
    await fly.fail({
      match: { method: "POST", path: "^/api/v1/releases" },
      fail: { how: "status", status: 500 },
    });
    expect((await stack.up()).exitCode).not.toBe(0);
    expect(await stagedNames()).toEqual(["CLAUDE_CODE_OAUTH_TOKEN"]);
    expect(await environment()).toMatch(/^CLAUDE_CODE_OAUTH_TOKEN=sk-ant-oat01-beforex+$/m);

    // The machine crashes. Its restart policy starts it again with the old image and fly.toml, and with the new secrets.
    await fly.api("POST", `${await machinePath()}/signal`, { signal: "SIGKILL" });
    await expect
      .poll(environment, { timeout: 60_000 })
      .toMatch(/^CLAUDE_CODE_OAUTH_TOKEN=sk-ant-oat01-afterx+$/m);
    expect(await environment()).toMatch(/^PAPERCLIP_EXTRA_SECRETS=ADDED$/m);
    expect(await environment()).not.toMatch(/^ADDED=/m);

    expectSuccess(await stack.up());
    expect(await environment()).not.toContain("PAPERCLIP_EXTRA_SECRETS");
    expect(await stagedNames()).toEqual([]);
  });
});

describe("destroy", () => {
  test("says that the volume's snapshots are deleted with it", async () => {
    await fly.conditions({ namesStay: true });
    const run = await stack.destroy();
    expectSuccess(run);
    expect(run.output).toContain("Fly.io deletes the volume's snapshots with it, at once and for good");
  });

  test("is followed by an update that waits for the name, which Fly.io has not released yet", async () => {
    const update = begin();
    await update.said(`Fly.io has not released the name ${stack.appName} of an earlier app yet`);
    await fly.conditions({ namesStay: false });
    await update.succeeded();
  });
});
