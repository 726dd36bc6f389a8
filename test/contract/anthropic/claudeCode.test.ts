import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Anthropic, startAnthropic } from "../../../local/anthropic/anthropic.ts";
import type { LocalInternet } from "../../../local/internet/internet.ts";
import { internetOfTest, runInInternet } from "../../support/internet.ts";
import { paperclipImage } from "../../support/paperclipImage.ts";

/** The image's real Claude Code, with the stand-in for a model. What these tests show holds for its requests to the real API, too. */
let image: string;
let internet: LocalInternet;
let anthropic: Anthropic;
let folder: string;

const scripts = join(import.meta.dirname, "../../../local/anthropic/scripts");
const key = { ANTHROPIC_API_KEY: "sk-ant-api03-contract" };
const token = { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-contract" };

beforeAll(async () => {
  image = await paperclipImage();
  internet = await internetOfTest(image);
  anthropic = await startAnthropic({
    internet,
    scripts,
    credentials: [
      { name: "key", kind: "api-key", value: key.ANTHROPIC_API_KEY, expired: false },
      { name: "subscription", kind: "oauth-token", value: token.CLAUDE_CODE_OAUTH_TOKEN, expired: false },
    ],
  });
});

afterAll(async () => {
  await anthropic?.stop();
  await internet?.remove();
});

beforeEach(async () => {
  anthropic.forgetRequests();
  folder = await mkdtemp(join(tmpdir(), "paperclip-on-fly-claude-"));
  await writeFile(join(folder, "notes.txt"), "paperclip runs on one small fly machine\n");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const answer = z.object({
  result: z.string(),
  is_error: z.boolean(),
  session_id: z.string(),
  num_turns: z.number(),
  total_cost_usd: z.number(),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }),
});

/** Runs `claude -p` to its end in the test's folder, which is also its HOME. */
async function claude(credential: Record<string, string>, prompt: string, ...args: string[]) {
  const run = [
    ...["--user", `${process.getuid?.()}:${process.getgid?.()}`],
    ...["--volume", `${folder}:/task`, "--workdir", "/task"],
    ...[
      image,
      "claude",
      "-p",
      prompt,
      "--output-format",
      "json",
      "--allowedTools",
      "Read,Bash,Write",
      ...args,
    ],
  ];
  const { exitCode, stdout } = await runInInternet(internet, run, { ...credential, HOME: "/task" });
  return { exitCode, ...answer.parse(JSON.parse(stdout)) };
}

const task = "Count the words of notes.txt";
/** The turns of the task; some versions of Claude Code also ask for a title of the session. */
const turns = () => anthropic.requests().filter(({ script }) => script === "countWords");
const problems = () => anthropic.requests().flatMap(({ problem }) => problem ?? []);

describe("Claude Code does a task that a script describes", () => {
  test.each([
    ["an API key", key, { kind: "api-key", name: "key" }],
    ["a subscription's token", token, { kind: "oauth-token", name: "subscription" }],
  ])("with %s: reads, runs a command, writes, reports", async (_what, credential, recorded) => {
    const { exitCode, ...answer } = await claude(credential, task);
    expect(exitCode).toBe(0);
    expect(answer).toMatchObject({
      result: "notes.txt has 7 words; words.txt says so.",
      is_error: false,
      num_turns: 4,
      // The script's figures, summed over all turns.
      usage: { input_tokens: 2100, output_tokens: 210 },
    });
    expect(answer.total_cost_usd).toBeGreaterThan(0);
    expect(await readFile(join(folder, "words.txt"), "utf8")).toBe("7 words\n");
    expect(turns()).toMatchObject([1, 2, 3, 4].map((turn) => ({ turn, credential: recorded, status: 200 })));
  });

  test.each([
    ["an API key", key],
    ["a subscription's token", token],
  ])("and with %s asks for nothing that the stand-in does not know", async (_what, credential) => {
    await claude(credential, task);
    expect(problems()).toEqual([]);
    // It asks this of its own accord, and of the real one only.
    const paths = anthropic.requests().map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["/api/claude_code/policy_limits", "/api/claude_cli/bootstrap"]),
    );
  });

  test("again in a session that it resumes, from the first turn on", async () => {
    const first = await claude(key, task);
    anthropic.forgetRequests();
    const second = await claude(key, task, "--resume", first.session_id);
    expect(second).toMatchObject({ is_error: false, session_id: first.session_id });
    expect(turns().map(({ turn }) => turn)).toEqual([1, 2, 3, 4]);
  });
});

describe("Claude Code ends with an error that says what is wrong when", () => {
  test.each([
    ["its key is refused", { ANTHROPIC_API_KEY: "sk-ant-api03-other" }, "Invalid API key"],
    ["its token is refused", { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-other" }, "401 Invalid bearer token"],
    ["it has neither", {}, "Not logged in"],
  ])("%s", async (_what, credential, text) => {
    const { exitCode, ...answer } = await claude(credential as Record<string, string>, task);
    expect(exitCode).not.toBe(0);
    expect(answer).toMatchObject({ is_error: true, result: expect.stringContaining(text) });
  });

  test("no script has an answer", async () => {
    const { exitCode, ...answer } = await claude(key, "Sing a song");
    expect(exitCode).not.toBe(0);
    expect(answer.result).toContain('no script matches the prompt "Sing a song"');
    expect(problems()).not.toEqual([]);
  });
});
