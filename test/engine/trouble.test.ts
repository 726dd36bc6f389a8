import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectSuccess, TestStack } from "./testStack.ts";

let stack: TestStack;

beforeEach(async () => {
  stack = await TestStack.create();
});

afterEach(() => stack?.remove());

/** Checks that there is one of each thing, whatever happened before. */
async function expectWhole(): Promise<void> {
  expectSuccess(await stack.up());
  const app = ["-a", stack.appName];
  expect(await stack.fly<object[]>("apps", "list", "-o", "personal")).toHaveLength(1);
  expect(await stack.fly<object[]>("volumes", "list", ...app)).toHaveLength(1);
  expect(await stack.fly<object[]>("ips", "list", ...app)).toHaveLength(1);
  expect(await stack.fly<object[]>("machine", "list", ...app)).toMatchObject([{ state: "started" }]);
}

describe("what an earlier try has made", () => {
  test("is taken up again when the state has lost it: nothing is made twice", async () => {
    expectSuccess(await stack.up());
    await stack.loseState();
    await expectWhole();
  });

  test("is completed when the deploy failed", async () => {
    const good = await stack.pushImage("serves");
    await stack.configure({ image: await stack.pushImage("exits") });
    const failed = await stack.up();
    expect(failed.exitCode).not.toBe(0);
    await stack.configure({ image: good });
    await expectWhole();
  });

  test("that is gone already does not keep destroy from ending", async () => {
    expectSuccess(await stack.up());
    await fetch(`${stack.env.FLY_FLAPS_BASE_URL}/v1/apps/${stack.appName}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${stack.env.FLY_API_TOKEN}` },
    });
    expectSuccess(await stack.destroy());
  });
});

describe("Ctrl-C", () => {
  test.each([
    ["while the app is made", "creating the app"],
    ["while the machine is released", "releasing"],
  ])("%s is followed by an update that completes, with nothing doubled", async (_, moment) => {
    const running = stack.startUp();
    let interrupted = false;
    running.all?.on("data", (text: Buffer) => {
      if (interrupted || !String(text).includes(moment)) return;
      interrupted = true;
      process.kill(-(running.pid ?? 0), "SIGINT");
    });
    await running;
    expect(interrupted).toBe(true);
    await expectWhole();
  });
});

describe("a name", () => {
  test("that is taken by somebody else is refused with the way out", async () => {
    await stack.configure({ appName: "taken-by-somebody-else" });
    const run = await stack.up();
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain("is taken by someone else");
    expect(run.output).toContain("pulumi config set appName");
  });

  test("of an app of one's own that this program did not make is refused, and that app is left alone", async () => {
    const post = {
      method: "POST",
      headers: { authorization: `Bearer ${stack.env.FLY_API_TOKEN}`, "content-type": "application/json" },
    };
    const body = JSON.stringify({ name: stack.appName, org_slug: "personal", network: "" });
    const made = await fetch(`${stack.env.FLY_FLAPS_BASE_URL}/v1/apps`, { ...post, body });
    expect(made.status).toBe(201);
    const run = await stack.up();
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain("this program did not make it");
    expect(await stack.fly<object[]>("apps", "list", "-o", "personal")).toHaveLength(1);
  });
});

test("a region that does not exist is refused with those that do, and another one completes the stack", async () => {
  await stack.configure({ region: "xyz" });
  const run = await stack.up();
  expect(run.exitCode).not.toBe(0);
  expect(run.output).toMatch(/Fly\.io has no region xyz; it has .*\bams\b/);
  expect(run.output).toContain("pulumi config set region");
  await stack.configure({ region: "ams" });
  await expectWhole();
});

describe("a machine that lacks what an update needs", () => {
  const noDocker = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };

  test("gets one message for all of it, and nothing is made", async () => {
    await stack.configure({ image: undefined });
    const run = await stack.up({
      env: { ...stack.env, ...noDocker, FLY_API_TOKEN: "", TAILSCALE_API_KEY: "" },
    });
    expect(run.exitCode).not.toBe(0);
    for (const text of ["FLY_API_TOKEN is not set", "no Tailscale credential", "Docker does not answer"]) {
      expect(run.output.split(text).length - 1, text).toBe(1);
    }
    expect(run.output).not.toMatch(/^\s+at /m);
    expect(await stack.flyctl.calls()).toEqual([]);
  });

  test("can preview a new stack all the same, and is told what an update would miss", async () => {
    await stack.configure({ image: undefined });
    const run = await stack.preview({ env: { ...stack.env, ...noDocker, FLY_API_TOKEN: "" } });
    expectSuccess(run);
    expect(run.output).toContain("Docker does not answer");
    expect(run.output).toContain("FLY_API_TOKEN is not set");
    expect(await stack.flyctl.calls()).toEqual([]);
  });
});

test("wrong settings are reported all at once, each with its command, and without a stack trace", async () => {
  await stack.configure({ region: "amsterdam", memory: "512mb", tailnet: "https://tail.ts.net", bogus: "1" });
  const run = await stack.up();
  expect(run.exitCode).not.toBe(0);
  for (const command of ["set region", "set memory", "set tailnet", "rm bogus"]) {
    expect(run.output).toContain(`pulumi config ${command}`);
  }
  expect(run.output).not.toMatch(/^\s+at /m);
  expect(await stack.flyctl.calls()).toEqual([]);
});
