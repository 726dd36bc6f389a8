import { createHash } from "node:crypto";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { expectSuccess } from "../engine/testStack.ts";
import { Board, type Issue } from "../support/board.ts";
import { doctor } from "../support/doctor.ts";
import { everyday } from "./everyday.ts";
import { firstHour } from "./firstHour.ts";
import { otherAccounts } from "./otherAccounts.ts";
import { Story } from "./story.ts";

/**
 * What a deployed Paperclip is for, in browsers of the tailnet: from `pulumi up` through the invitation to finished tasks and `pulumi destroy`.
 * The model follows a script.
 */
let story: Story;

beforeAll(async () => {
  story = await Story.begin();
});

afterAll(() => story?.end());

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    await story.person.screenshot(`failed-${task.name.replaceAll(/\W+/g, "-").slice(0, 60)}`);
});

firstHour(() => story);
everyday(() => story);

describe("when the machine is restarted in the middle of a run", () => {
  const title = "Write a page of the diary";
  const signature = "a secret that only the company knows";
  let board: Board;
  const waiting = () => story.anthropic.requests().some(({ waitsFor }) => waitsFor === "diary");

  beforeAll(async () => {
    const { person, stack, outputs, laptop, phases, anthropic, check } = story;
    const companies = await person.api<{ id: string; name: string }[]>("GET", "/api/companies");
    board = new Board(person, companies.find(({ name }) => name === "Acme")?.id ?? "");
    const secret = { name: "SIGNATURE", value: signature, provider: "local_encrypted" };
    const secretId = await board.add("secrets", secret);
    const env = { SIGNATURE: { type: "secret_ref", secretId, version: "latest" } };
    const agent = { name: "Diarist", role: "engineer", adapterType: "claude_local", adapterConfig: { env } };
    const assigneeAgentId = await board.add("agents", agent);
    await board.add("issues", { title, status: "todo", assigneeAgentId });
    await pWaitFor(waiting, { interval: 200, timeout: 120_000 });
    await phases.run("the restart in mid-run", async () => {
      await execa("flyctl", ["machine", "restart", outputs.machineId ?? "", "-a", stack.appName], {
        env: stack.env,
      });
      await laptop.eventually(`${outputs.url}/api/health`);
    });
    await phases.run("the interrupted task is finished", async () => {
      await pWaitFor(waiting, { interval: 200, timeout: 180_000 });
      anthropic.openGate("diary");
      await board.done(title, check);
    });
  });

  test("the run is taken up again and finishes the task", async () => {
    const all = await board.runs();
    const interrupted = all.find(({ status }) => status === "interrupted");
    expect(interrupted).toBeDefined();
    expect(all).toContainEqual(
      expect.objectContaining({ retryOfRunId: interrupted?.id, status: "succeeded" }),
    );
  });

  test("the agent still has the company's encrypted secret", async () => {
    const { id } = (await board.issue(title)) as Issue;
    const comments = await story.person.api<{ body: string }[]>("GET", `/api/issues/${id}/comments`);
    const signed = createHash("sha256").update(signature).digest("hex").slice(0, 8);
    expect(comments.map(({ body }) => body)).toContain(`The page is signed ${signed}.`);
  });

  test("the operator is still signed in and sees the organization, its agents and the first task", async () => {
    const { person, outputs } = story;
    await person.open(outputs.url ?? "", person.page.getByText("Count the words of our motto"));
    await person.screenshot("18-after-restart");
    const names = (await board.agents()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["Clippy", "Diarist", "Ruler", "Scribe"]));
  });
});

test("when Anthropic refuses the key, this is doctor's only new finding", async () => {
  const findings = async () => (await doctor(story.stack)).filter((line) => line.startsWith("✗"));
  const before = await findings();
  expect(before.filter((line) => line.includes("agents"))).toEqual([]);
  story.anthropic.setCredentials([]);
  expect((await findings()).filter((line) => !before.includes(line))).toEqual([
    expect.stringMatching(/^✗ agents +Anthropic refuses the stack's anthropicKey: invalid x-api-key$/),
  ]);
});

otherAccounts(() => story);

test("the agents asked the model nothing that the scripts do not know", () => {
  story.check();
});

test("pulumi destroy removes the machine", async () => {
  await story.phases.run("pulumi destroy", async () => expectSuccess(await story.stack.destroy()));
  expect(await story.container()).toBeUndefined();
});
