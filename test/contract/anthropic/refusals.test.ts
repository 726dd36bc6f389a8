import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Anthropic, startAnthropic } from "../../../local/anthropic/anthropic.ts";
import { type Refusal, refusals } from "../../../local/anthropic/refusals.ts";
import type { LocalInternet } from "../../../local/internet/internet.ts";
import { internetOfTest, runInInternet } from "../../support/internet.ts";
import { paperclipImage } from "../../support/paperclipImage.ts";

/** How the image's Claude Code reports a refusal. docker/lib/model.sh relies on it. */
const token = "sk-ant-oat01-contract";
let image: string;
let internet: LocalInternet;
let anthropic: Anthropic;

beforeAll(async () => {
  image = await paperclipImage();
  internet = await internetOfTest(image);
  anthropic = await startAnthropic({
    internet,
    scripts: join(import.meta.dirname, "../../../local/anthropic/scripts"),
    credentials: [{ name: "subscription", kind: "oauth-token", value: token, expired: false }],
  });
});

afterAll(async () => {
  await anthropic?.stop();
  await internet?.remove();
});

/** Runs Claude Code as the machine does; returns its events and the lines of its log. */
async function ask(refusal: Refusal | undefined) {
  anthropic.refuse(refusal);
  anthropic.forgetRequests();
  const run = ["--user", "agent", image, "bash", "/usr/local/lib/paperclip-on-fly/askClaude.sh"];
  const { all } = await runInInternet(internet, run, { CLAUDE_CODE_OAUTH_TOKEN: token });
  const lines = all.split("\n");
  const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return {
    result: events.find(({ type }) => type === "result"),
    limit: events.find(({ type }) => type === "rate_limit_event")?.rate_limit_info,
    log: lines.filter((line) => !line.startsWith("{")),
  };
}

describe("Claude Code", () => {
  test("asks with one short message, without tools, and says so when it is answered", async () => {
    const { result } = await ask(undefined);
    expect(result).toMatchObject({ is_error: false, api_error_status: null, result: "ok", num_turns: 1 });
    const asked = anthropic.requests().filter(({ path }) => path === "/v1/messages");
    expect(asked).toMatchObject([{ messages: 1, script: "sayOk", status: 200 }]);
    expect(asked[0]?.userAgent).toMatch(/^claude-cli\//);
    expect(anthropic.requests().flatMap(({ problem }) => problem ?? [])).toEqual([]);
  });

  test.each<[string, Refusal]>([
    ["organizationNotAllowed", refusals.organizationNotAllowed],
    ["modelGone", refusals.modelGone],
    ["extraUsage", refusals.extraUsage],
    ["overloaded", refusals.overloaded],
  ])("tells the status of %s in its result and Anthropic's own error in its log", async (_name, refusal) => {
    const { result, log } = await ask(refusal);
    expect(result).toMatchObject({ is_error: true, api_error_status: refusal.status });
    const { type, message } = refusal;
    const error = JSON.stringify({ type: "error", error: { type, message } }).slice(0, -1);
    expect(log.filter((line) => line.includes(error))).not.toEqual([]);
  });

  test("tells when a limit ends", async () => {
    const until = new Date("2027-01-01T15:00:00Z");
    const { result, limit } = await ask(refusals.limitReached(until));
    expect(result).toMatchObject({ is_error: true, api_error_status: 429 });
    expect(limit).toMatchObject({ status: "rejected", resetsAt: until.getTime() / 1000 });
  });
});
