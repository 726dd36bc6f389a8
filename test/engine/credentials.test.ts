import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepKey, setClaudeToken } from "../../components/anthropic/credentials.ts";
import { dayOf, replaceToken } from "../../components/anthropic/tokenYear.ts";
import { modelFindings, modelShape } from "../../ops/modelFinding.ts";
import { anthropicKey, claudeToken, onTwoLines } from "../support/credentials.ts";
import { doctor } from "../support/doctor.ts";
import { expectSuccess, root, TestStack } from "./testStack.ts";

/**
 * The credentials for Claude on their way into a stack, as people enter them, and the commands that people type when something is wrong.
 */
let stack: TestStack;
const token = claudeToken("engine");

beforeAll(async () => {
  stack = await TestStack.create();
});

afterAll(() => stack?.remove());

/** The value of a credential in the machine. */
async function inMachine(name: string): Promise<string | undefined> {
  const { machineId = "" } = await stack.outputs();
  const words = ["machine", "exec", machineId, "machine env", "-a", stack.appName];
  const { stdout } = await stack.fly<{ stdout: string }>(...words);
  return stdout
    .split("\n")
    .find((line) => line.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** The program's own warnings. The engine also warns of tools that it finds on the PATH. */
const warnings = (output: string) =>
  output.split("\n").filter((line) => line.includes("warning: ") && !line.includes("warning: using pulumi-"));

/** The command in README under a line that contains this text. */
function readmeCommand(text: string): string {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  return (
    readme
      .split("\n")
      .find((line) => line.includes(text))
      ?.split("#")[0]
      ?.trim() ?? ""
  );
}

describe("a token of which the first line was pasted", () => {
  test("stops the making of the stack with the reason, and shows nothing of the token", async () => {
    await stack.configureSecret(["claudeToken"], token.slice(0, 80));
    const { exitCode, output } = await stack.up();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("claudeToken is cut off: it has 80 characters");
    expect(output).toContain(setClaudeToken);
    expect(output).not.toContain(token.slice(0, 20));
    expect(await stack.fly("apps", "list", "-o", "personal")).toEqual([]);
  });

  test("is whole in the machine when the command from that error, or from README, gets both lines", async () => {
    expect(readmeCommand("tr -d")).toBe(setClaudeToken);
    expectSuccess(await stack.type(setClaudeToken, onTwoLines(token)));
    expectSuccess(await stack.up());
    expect(await inMachine("CLAUDE_CODE_OAUTH_TOKEN")).toBe(token);
  });
});

describe("the day on which the token was set", () => {
  /** Makes the stack believe that it got its token this many days ago. */
  async function age(days: number): Promise<string> {
    const day = dayOf(new Date(Date.now() - days * 24 * 60 * 60 * 1000));
    const words = ["--stack", stack.name];
    const options = { cwd: root, env: stack.env };
    const { stdout } = await execa("pulumi", ["stack", "export", "--show-secrets", ...words], options);
    const aged = stdout.replaceAll(/(setOn\W+)\d{4}-\d\d-\d\d/g, `$1${day}`);
    expect(aged).not.toBe(stdout);
    await execa("pulumi", ["stack", "import", ...words], { ...options, input: aged });
    return day;
  }

  test("is an output of the stack, and stays what it was from one update to the next", async () => {
    const yesterday = await age(1);
    const { output } = await stack.up();
    expect(output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(warnings(output)).toEqual([]);
    expect((await stack.outputs()).claudeTokenSetOn).toBe(yesterday);
  });

  test("is mentioned by `pulumi up` and doctor 30 days before its year is over, and nothing else changes", async () => {
    const day = await age(340);
    await stack.flyctl.forget();
    const { output } = await stack.up();
    expect(output).toMatch(/warning: the claudeToken ends on \d{4}-\d\d-\d\d or before/);
    expect(output).toContain(replaceToken);
    expect(output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(await stack.flyctl.calls()).toEqual([]);
    const found = await doctor(stack);
    const line = found.findIndex((text) => text.includes(`the stack has it since ${day}`));
    expect(found[line]).toMatch(/^✗ agents/);
    expect(found[line + 1]).toContain(replaceToken);
  });

  test("becomes the day of the new token when that is set as both advise", async () => {
    const next = claudeToken("engine-of-next-year");
    const run = await stack.type(replaceToken, onTwoLines(next));
    expectSuccess(run);
    expect((await stack.outputs()).claudeTokenSetOn).toBe(dayOf(new Date()));
    expect(await inMachine("CLAUDE_CODE_OAUTH_TOKEN")).toBe(next);
    expect(warnings((await stack.up()).output)).toEqual([]);
  });
});

describe("a key besides the token", () => {
  test("is warned of, as agents use it and it is billed by use", async () => {
    await stack.configureSecret(["anthropicKey"], anthropicKey("engine"));
    const run = await stack.up();
    expectSuccess(run);
    expect(run.output).toMatch(/warning: claudeToken and anthropicKey are both set: agents use the key/);
    expect(run.output).toContain(keepKey);
  });

  test("is the only credential when what the warning advises is typed, and no day is kept any more", async () => {
    const run = await stack.type(keepKey);
    expectSuccess(run);
    expect(warnings(run.output)).toEqual([]);
    expect(await inMachine("CLAUDE_CODE_OAUTH_TOKEN")).toBeUndefined();
    expect(await inMachine("ANTHROPIC_API_KEY")).toBe(anthropicKey("engine"));
    expect((await stack.outputs()).claudeTokenSetOn).toBe("");
  });
});

describe("a credential in the other one's setting", () => {
  test("is fixed by the command in the error", async () => {
    expectSuccess(await stack.type("pulumi config rm anthropicKey"));
    await stack.configureSecret(["claudeToken"], anthropicKey("moved"));
    const { exitCode, output } = await stack.up();
    expect(exitCode).not.toBe(0);
    const command = /^ +(pulumi config set --secret anthropicKey && pulumi config rm claudeToken)$/m.exec(
      output,
    )?.[1];
    expectSuccess(await stack.type(command ?? "false", anthropicKey("moved")));
    expectSuccess(await stack.up());
    expect(await inMachine("ANTHROPIC_API_KEY")).toBe(anthropicKey("moved"));
  });
});

test("doctor's advice for a token that Anthropic does not let agents use leaves the stack with only a key", async () => {
  await stack.configureSecret(["claudeToken"], token);
  const model = modelShape.parse({
    credential: "CLAUDE_CODE_OAUTH_TOKEN",
    asking: false,
    status: 403,
    message: "",
  });
  const [finding] = modelFindings(model);
  expectSuccess(await stack.type(finding?.fix ?? "false", anthropicKey("instead")));
  expect(await inMachine("ANTHROPIC_API_KEY")).toBe(anthropicKey("instead"));
  expect(await inMachine("CLAUDE_CODE_OAUTH_TOKEN")).toBeUndefined();
});
