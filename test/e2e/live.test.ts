import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Anthropic, anthropicName, startAnthropic } from "../../local/anthropic/anthropic.ts";
import { liveEnvironment } from "../../local/platform/liveEnvironment.ts";
import { type Platform, startPlatform } from "../../local/platform/platform.ts";
import { root } from "../engine/testStack.ts";
import type { Report } from "../live/report.ts";
import { TailnetControls } from "../support/tailnetApi.ts";
import { toolchain } from "../support/toolchain.ts";

/** `npm run test:live`, with the local platform instead of the accounts. */
let folder: string;
let platform: Platform;
let anthropic: Anthropic;
let env: Record<string, string>;

const results = join(root, "test-results/live");
const key = `sk-ant-api03-${randomBytes(48).toString("hex")}`;
const run = () =>
  execa("npm", ["run", "test:live", "--", "--yes"], {
    cwd: root,
    env,
    all: true,
    reject: false,
    // A process group of its own, as a terminal makes one: Ctrl-C then reaches every process in it.
    detached: true,
    cleanup: false,
  });
const readReport = async () => JSON.parse(await readFile(join(results, "report.json"), "utf8")) as Report;

/** What still exists of a run: in the accounts, in Docker and among this computer's temporary files. */
async function remains(app: string) {
  const apps = await execa("flyctl", ["apps", "list", "--org", "personal", "--json"], { env });
  const { devices, keys } = await new TailnetControls(env.TAILSCALE_BASE_URL ?? "").state();
  const filter = (text: string) => ["--quiet", "--filter", text];
  const containers = await execa("docker", ["ps", "--all", ...filter(`label=paperclip.fly.app=${app}`)]);
  const images = await execa("docker", ["image", "ls", ...filter(`reference=*/${app}`)]);
  return {
    apps: JSON.parse(apps.stdout),
    docker: containers.stdout + images.stdout,
    devices: devices.map(({ hostname }) => hostname),
    keys: keys.filter(({ invalid }) => !invalid),
    folders: (await readdir(tmpdir())).filter((name) => name.startsWith("paperclip-on-fly-live-")),
  };
}

const nothing = { apps: [], docker: "", devices: [], keys: [], folders: [] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "paperclip-on-fly-account-"));
  platform = await startPlatform(join(folder, "platform"), toolchain(), "new", [anthropicName]);
  anthropic = await startAnthropic({
    internet: platform.internet,
    scripts: join(root, "local/anthropic/scripts"),
    credentials: [{ name: "the stack's", kind: "api-key", value: key, expired: false }],
  });
  env = liveEnvironment(platform, toolchain(), key);
});

afterAll(async () => {
  await anthropic?.stop();
  await platform?.remove();
  await rm(folder, { recursive: true, force: true });
});

test("what is missing is said at once, before anything is made", async () => {
  const { LIVE_TAILNET: _, LIVE_ANTHROPIC_KEY: __, ...rest } = env;
  const { exitCode, all } = await execa("npm", ["run", "test:live", "--", "--yes"], {
    cwd: root,
    env: rest,
    all: true,
    reject: false,
  });
  expect(exitCode).toBe(1);
  expect(all).toMatch(/needs 2 things fixed:[\s\S]*export LIVE_TAILNET=[\s\S]*export LIVE_ANTHROPIC_KEY/);
  expect(await remains("none")).toEqual(nothing);
});

test("Ctrl-C in the middle of pulumi up removes what was made until then, and the run fails", async () => {
  const running = run();
  let interrupted = false;
  running.all?.on("data", (text: Buffer) => {
    if (interrupted || !String(text).includes("creating the app")) return;
    interrupted = true;
    process.kill(-(running.pid ?? 0), "SIGINT");
  });
  const { exitCode, all } = await running;
  expect(interrupted, String(all)).toBe(true);
  expect(exitCode).not.toBe(0);
  const { app, left } = await readReport();
  expect(left, String(all)).toEqual([]);
  expect(await remains(app)).toEqual(nothing);
  expect(existsSync(join(results, "report.md"))).toBe(true);
});

// This run is the last one, so that its report stays in test-results.
describe("a run from nothing to nothing", () => {
  let report: Report;
  let output: string;

  beforeAll(async () => {
    const { exitCode, all } = await run();
    output = String(all);
    if (exitCode !== 0) throw new Error(output);
    report = await readReport();
  });

  test("says the price before it makes anything", () => {
    const [price, up] = [
      output.search(/It costs 0\.009 US dollars an hour in ams/),
      output.search(/^pulumi up$/m),
    ];
    expect(price).toBeGreaterThan(-1);
    expect(up).toBeGreaterThan(price);
  });

  test("does all that a client does, and each step says what it saw", () => {
    expect(report.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ["pulumi up", true],
      ["open it in the tailnet", true],
      ["the first administrator, and an agent's task", true],
      ["doctor", true],
      ["pulumi up, nothing changed", true],
      ["probes", true],
      ["pulumi destroy", true],
    ]);
    expect(report.steps[2]?.text).toBe("Our motto has 7 words.");
    expect(report.steps[3]?.text).toMatch(/connection: paperclip-live-\w+-visitor (direct|relay)/);
  });

  test("asks every probe, and reports no answer about what the local platform does not have", () => {
    expect(report.probes.length).toBeGreaterThan(15);
    const none = report.probes.filter(({ verdict }) => verdict === "no answer").map(({ name }) => name);
    expect(none).toEqual([
      "age of a copied volume",
      "a machine that crashes for ever",
      "CPU balance after a restart",
    ]);
  });

  test("keeps recordings in the contract's form, without any of its secrets", async () => {
    const text = await readFile(join(results, "flyctl.jsonl"), "utf8");
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const deploy = lines.find(({ argv }) => argv[0] === "deploy");
    expect(deploy).toMatchObject({ exit: 0, stdout: expect.any(String), stderr: expect.any(String) });
    expect(deploy.requests).toContainEqual(
      expect.objectContaining({ via: "api", method: "POST", status: 200, response: expect.anything() }),
    );
    for (const secret of [key, env.FLY_API_TOKEN, env.TAILSCALE_OAUTH_CLIENT_SECRET])
      expect(text).not.toContain(secret);
    expect(report.recordings).toBe("test-results/live");
  });

  test("leaves nothing: no app, container, device, key, state or folder", async () => {
    expect([report.left, report.removedByName]).toEqual([[], []]);
    expect(await remains(report.app)).toEqual(nothing);
  });
});
