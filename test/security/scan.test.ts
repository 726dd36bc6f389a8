import { gzipSync } from "node:zlib";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSuccess, TestStack } from "../engine/testStack.ts";
import { Evidence } from "../support/evidence.ts";
import { RecordingProxy } from "../support/recordingProxy.ts";
import { Operator } from "./operator.ts";

/** A stack's whole life as its operator's machine sees it. The secrets of the stack must not show anywhere on that machine. */
const evidence = new Evidence();
let stack: TestStack;
let proxy: RecordingProxy;
let operator: Operator;
/** The state with everything in it decrypted, after the first update and after the last. */
const decrypted: string[] = [];

beforeAll(async () => {
  stack = await TestStack.create();
  proxy = await RecordingProxy.start();
  operator = await Operator.surround(stack, evidence, proxy);

  await operator.set(["claudeToken"], "claudeToken", "sk-ant-oat01-");
  await operator.set(["--path", "extraSecrets.GITHUB_TOKEN"], "an extra secret", 'ghp#"&<');
  expectSuccess(await operator.plan());
  await operator.plant(async () => expectSuccess(await operator.run("up", "--yes", "--skip-preview")));
  decrypted.push(await operator.learn("at first"));
  await keepImage();
  expectSuccess(await operator.run("up", "--yes", "--diff"));

  await rotateSecrets();
  await failingUpdate();
  await killedUpdate();
  decrypted.push(await operator.learn("at last"));
  expectSuccess(await operator.run("destroy", "--yes", "--skip-preview"));
  await operator.leave();
  // Seven runs of pulumi, on two cores that the samplers share.
}, 1_800_000);

afterAll(async () => {
  const hits = evidence.hits(operator?.secrets ?? new Map());
  const rows = Object.entries(evidence.sizes).map(([place, bytes]) => {
    const found = hits.filter((hit) => hit.startsWith(`${place}: `)).length;
    return `  ${place.padEnd(28)} ${String(bytes).padStart(10)} bytes   ${found} found`;
  });
  console.log(`${operator?.secrets.size ?? 0} secrets were looked for in\n${rows.join("\n")}`);
  await stack?.remove();
  await proxy?.stop();
});

/** Keeps the image that the machine runs, with its history and all its layers. */
async function keepImage() {
  const { imageDigest = "" } = await stack.outputs();
  const { stdout: history } = await execa("docker", ["history", "--no-trunc", imageDigest]);
  const { stdout: config } = await execa("docker", ["image", "inspect", imageDigest]);
  evidence.add("image", "history and configuration", history + config);
  const { stdout: layers } = await execa("docker", ["save", imageDigest], {
    encoding: "buffer",
    maxBuffer: 1 << 30,
  });
  evidence.add("image", "layers", Buffer.from(layers));
}

/** Sets a new Claude token, and makes a new tailnet key because the old one was revoked. */
async function rotateSecrets() {
  const headers = { authorization: `Bearer ${operator.secrets.get("TAILSCALE_API_KEY")}` };
  const keys = `${stack.env.TAILSCALE_BASE_URL}/api/v2/tailnet/-/keys`;
  const list = (await (await fetch(keys, { headers })).json()) as { keys: { id: string }[] };
  for (const { id } of list.keys) await fetch(`${keys}/${id}`, { method: "DELETE", headers });
  operator.useOAuthClient();
  await operator.set(["claudeToken"], "the new claudeToken", "sk-ant-oat01-");
  expectSuccess(await operator.run("up", "--yes", "--skip-preview", "--refresh"));
  await operator.learn("after the rotation");
}

/** The machine of the new image ends at once. */
async function failingUpdate() {
  await operator.set(["anthropicKey"], "anthropicKey", "sk-ant-api03-");
  await stack.configure({ image: await stack.pushImage("exits") });
  expect((await operator.run("up", "--yes", "--skip-preview")).exitCode).not.toBe(0);
  await stack.configure({ image: await stack.pushImage("serves") });
}

/** The engine is killed while the machine is released; the next update completes. */
async function killedUpdate() {
  await operator.set(["anthropicKey"], "the new anthropicKey", "sk-ant-api03-");
  const running = stack.startUp();
  let killed = false;
  running.all?.on("data", (text: Buffer) => {
    if (!killed && String(text).includes("releasing")) killed = process.kill(running.pid ?? 0, "SIGKILL");
  });
  const { all } = await running;
  expect(killed).toBe(true);
  await operator.keep("up, killed", { output: String(all) });
  await operator.cancel();
  expectSuccess(await operator.run("up", "--yes", "--skip-preview"));
}

describe("no secret is found", () => {
  test.each([
    ["in any process's command line", "command lines"],
    ["in what pulumi and what it starts print", "output"],
    ["in Pulumi's events", "events"],
    ["in the state's files, their backups and the history", "state, backups and history"],
    ["in the settings' file", "settings"],
    ["in the plan of an update", "plan"],
    ["in flyctl's folder", "flyctl's folder"],
    ["in the home, flyctl's and Pulumi's own folders included", "home"],
    ["in Docker's build context", "build context"],
    ["in the image, its history and layers", "image"],
    ["in temporary files, also while they are there", "temporary files"],
    ["in Docker's configuration", "Docker's configuration"],
  ])("%s", (_, place) => {
    const hits = evidence.hits(operator.secrets).filter((hit) => hit.startsWith(`${place}: `));
    expect(hits).toEqual([]);
    expect(evidence.sizes[place]).toBeGreaterThan(0);
  });

  test("of the operator's credentials in the state, even encrypted", () => {
    const own = ["FLY_API_TOKEN", "TAILSCALE_API_KEY", "TAILSCALE_OAUTH_CLIENT_SECRET", "passphrase"];
    const credentials = new Map([...operator.secrets].filter(([name]) => own.includes(name)));
    expect(credentials.size).toBe(own.length);
    const states = new Evidence();
    for (const [index, state] of decrypted.entries()) states.add("decrypted state", `${index}`, state);
    expect(states.hits(credentials)).toEqual([]);
    // What the state does hold encrypted is found there, so the search itself works.
    expect(states.hits(operator.secrets).length).toBeGreaterThan(0);
  });
});

test("no host but the local platform is asked for", async () => {
  const { tailnet } = stack.platform.ports;
  // Like every Go program, flyctl and the engine connect to this machine's own addresses without a proxy.
  expect([...proxy.asked]).toEqual([`127.0.0.1:${tailnet}`]);
  const ask = 'await fetch("http://outside.test/").catch(() => undefined)';
  await execa(process.execPath, ["--eval", ask], { env: stack.env });
  expect([...proxy.asked]).toContain("outside.test:80");
});

test("what was planted in a command line and in a temporary file is found", () => {
  const whole = evidence.hits(operator.planted).filter((hit) => hit.includes("(as it is)"));
  expect(whole).toEqual([
    expect.stringMatching(/^command lines: planted command line/),
    expect.stringMatching(/^temporary files: planted file/),
  ]);
});

test("every secret is found where it is planted, in each form and also packed", () => {
  for (const [name, value] of operator.secrets) {
    expect(value.length, name).toBeGreaterThanOrEqual(16);
    const planted = {
      "as it is": `before ${value} after`,
      JSON: JSON.stringify({ value }),
      "JSON within JSON": JSON.stringify({ body: JSON.stringify({ value }) }),
      base64: Buffer.from(`x:${value}`).toString("base64"),
      "base64 of another length": Buffer.from(`user:${value}\n`).toString("base64"),
      base64url: Buffer.from(`{"password":"${value}"}`).toString("base64url"),
      packed: gzipSync(`before ${value} after`),
      "a part of it": `Unexpected token, ..."${value.slice(-20)} is not valid JSON`,
    };
    for (const [form, content] of Object.entries(planted)) {
      const found = new Evidence();
      found.add("planted", form, content);
      expect(found.hits(new Map([[name, value]])), `${name} ${form}`).not.toEqual([]);
    }
  }
});
