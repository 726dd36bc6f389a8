import { join } from "node:path";
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Anthropic, startAnthropic } from "../../local/anthropic/anthropic.ts";
import type { Credentials } from "../../local/anthropic/credentials.ts";
import { type Refusal, refusals } from "../../local/anthropic/refusals.ts";
import { readScripts } from "../../local/anthropic/script.ts";
import type { LocalInternet } from "../../local/internet/internet.ts";
import { anthropicKey } from "../support/credentials.ts";
import { internetOfTest } from "../support/internet.ts";
import { Machine, secrets } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** What paperclip-model says about the agents' credential, for each of Anthropic's answers. */
let image: string;
let internet: LocalInternet;
let anthropic: Anthropic;
/** Has a subscription's token. */
let machine: Machine;

const key = anthropicKey("image-test");
const credentials: Credentials = [
  { name: "token", kind: "oauth-token", value: secrets.CLAUDE_CODE_OAUTH_TOKEN, expired: false },
  { name: "key", kind: "api-key", value: key, expired: false },
];
/** The model does not answer until a test lets it. */
const scripts = readScripts(join(import.meta.dirname, "../../local/anthropic/scripts"))
  .filter(({ name }) => name === "sayOk")
  .map((script) => ({ ...script, turns: script.turns.map((turn) => ({ ...turn, gate: "answer" })) }));

beforeAll(async () => {
  image = await paperclipImage();
  internet = await internetOfTest(image);
  anthropic = await startAnthropic({ internet, scripts, credentials });
  machine = await Machine.start(image, { internet });
  // A start deletes the answers of earlier ones.
  await machine.healthy();
});

afterAll(async () => {
  await machine?.remove();
  await anthropic?.stop();
  await internet?.remove();
});

beforeEach(() => {
  anthropic.forgetRequests();
  anthropic.setCredentials(credentials);
  anthropic.refuse(undefined);
  anthropic.openGate("answer");
});

const once = async (at = machine) => JSON.parse(await at.exec("paperclip-model"));

/** Asks as doctor does: until the answer is there. */
async function asked(at = machine) {
  for (;;) {
    const { asking, ...answer } = await once(at);
    if (!asking) return answer;
  }
}

const until = new Date("2027-01-01T15:00:00Z");
const seconds = until.getTime() / 1000;
const told = ({ status, type, message }: Refusal) => ({ status, kind: type, message, until: 0 });

describe("of a subscription's token it tells", () => {
  const token = { missing: [], missingTools: [], credential: "CLAUDE_CODE_OAUTH_TOKEN", both: false };

  test("that Anthropic accepts it, which Claude Code has asked and no other client", async () => {
    expect(await asked()).toEqual({ ...token, status: 200, kind: "", message: "", until: 0 });
    const requests = anthropic.requests().filter(({ path }) => path.startsWith("/v1/"));
    expect(requests).toMatchObject([
      { path: "/v1/messages", credential: { kind: "oauth-token", name: "token" }, status: 200 },
    ]);
    expect(requests[0]?.userAgent).toMatch(/^claude-cli\//);
  });

  test("that Anthropic refuses it", async () => {
    anthropic.setCredentials([]);
    const refused = { status: 401, kind: "authentication_error", message: "Invalid bearer token", until: 0 };
    expect(await asked()).toEqual({ ...token, ...refused });
  });

  test.each<[string, Refusal]>([
    ["the account's organization does not let it ask", refusals.organizationNotAllowed],
    ["the model is gone", refusals.modelGone],
    ["the plan does not pay for it", refusals.extraUsage],
    ["Anthropic is overloaded", refusals.overloaded],
  ])("in Anthropic's own words that %s", async (_what, refusal) => {
    anthropic.refuse(refusal);
    expect(await asked()).toEqual({ ...token, ...told(refusal) });
  });

  test("until when its limit lasts", async () => {
    const refusal = refusals.limitReached(until);
    anthropic.refuse(refusal);
    expect(await asked()).toEqual({ ...token, ...told(refusal), until: seconds });
  });

  test("nothing of the answer before: each time is asked anew", async () => {
    anthropic.refuse(refusals.overloaded);
    await asked();
    anthropic.refuse(undefined);
    expect(await asked()).toMatchObject({ status: 200 });
  });
});

describe("while Claude Code waits for Anthropic", () => {
  const waits = () => anthropic.requests().some(({ waitsFor }) => waitsFor === "answer");
  let first: Promise<{ asking: boolean }>;

  beforeEach(async () => {
    anthropic.closeGate("answer");
    first = once();
    await pWaitFor(waits, { interval: 100, timeout: 120_000 });
  });

  test("it says so before a command is cut off, and asks no second time", async () => {
    expect(await first).toMatchObject({ asking: true });
    const second = once();
    anthropic.openGate("answer");
    expect(await second).toMatchObject({ asking: false, status: 200 });
    expect(anthropic.requests().filter(({ path }) => path === "/v1/messages")).toHaveLength(1);
  });

  test("the token is in no command line, and nobody reads it there but root and agents", async () => {
    const token = secrets.CLAUDE_CODE_OAUTH_TOKEN;
    const has = (file: string) =>
      `for p in /proc/[0-9]*; do if grep --text --quiet ${token.slice(0, 10)}"$REST" $p/${file}; then stat --format=%U $p; fi; done`;
    const look = (file: string) =>
      machine.exec(
        "env",
        "--ignore-environment",
        `REST=${token.slice(10)}`,
        "bash",
        "-c",
        `(${has(file)}) 2>/dev/null`,
      );
    // The search itself contains the token, too, but only in two halves.
    expect(await look("cmdline")).toBe("");
    expect([...new Set((await look("environ")).split("\n"))].sort()).toEqual(["agent", "root"]);
    const claude = (await machine.exec("pgrep", "--uid", "agent", "claude")).trim();
    const read = `setpriv --reuid paperclip --regid paperclip --clear-groups cat /proc/${claude}/environ >/dev/null 2>&1; echo $?`;
    expect(await machine.exec("bash", "-c", read)).not.toBe("0");
    anthropic.openGate("answer");
    await first;
  });

  test("it ends when Claude Code does, and the next one asks anew", async () => {
    await machine.exec("pkill", "-KILL", "--uid", "agent", "claude");
    expect(await first).toMatchObject({ asking: false, status: 0, message: "Claude Code gave no answer" });
    anthropic.openGate("answer");
    expect(await asked()).toMatchObject({ status: 200 });
  });

  test("memory that runs out ends it before any agent", async () => {
    const score = "cat /proc/$(pgrep --uid agent claude)/oom_score_adj";
    expect(await machine.exec("bash", "-c", score)).toBe("1000");
    anthropic.openGate("answer");
    await first;
  });
});

test("when all is told, nothing runs and nothing is left but the lock", async () => {
  await asked();
  const processes = () => machine.exec("bash", "-c", "pgrep --uid agent || true");
  await pWaitFor(async () => (await processes()) === "", { interval: 100, timeout: 30_000 });
  const left =
    "find /tmp /run/paperclip-model /run/paperclip-homes /paperclip/agents -path '*paperclip-model*' -type f -o -name '.claude*'";
  expect(await machine.exec("bash", "-c", left)).toBe("/run/paperclip-model/lock");
});

describe("of an API key it tells", () => {
  let withKey: Machine;
  const about = { missing: [], missingTools: [], credential: "ANTHROPIC_API_KEY", both: true };

  beforeAll(async () => {
    withKey = await Machine.start(image, { internet, secrets: { ANTHROPIC_API_KEY: key } });
    await withKey.healthy();
  });

  afterAll(() => withKey?.remove());

  test("that Anthropic accepts it, for no token, and that it goes before the machine's other one", async () => {
    expect(await asked(withKey)).toEqual({ ...about, status: 200, kind: "", message: "", until: 0 });
    expect(anthropic.requests()).toMatchObject([
      { method: "GET", path: "/v1/models", credential: { kind: "api-key", name: "key" } },
    ]);
  });

  test("that Anthropic refuses it", async () => {
    anthropic.setCredentials([]);
    const refused = { status: 401, kind: "authentication_error", message: "invalid x-api-key", until: 0 };
    expect(await asked(withKey)).toEqual({ ...about, ...refused });
  });

  test("until when its limit lasts", async () => {
    const refusal = refusals.limitReached(until);
    anthropic.refuse(refusal);
    const answer = await asked(withKey);
    expect(answer).toEqual({ ...about, ...told(refusal), until: expect.any(Number) });
    // The seconds to wait count from the moment at which the answer was made.
    expect(Math.abs(answer.until - seconds)).toBeLessThan(300);
  });

  test("that nobody answers", async () => {
    await anthropic.stop();
    expect(await asked(withKey)).toEqual({ ...about, status: 0, kind: "", message: "", until: 0 });
  });
});
