import { createHash } from "node:crypto";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Anthropic, startAnthropic } from "../../local/anthropic/anthropic.ts";
import { type Laptop, startLaptop } from "../../local/platform/laptop.ts";
import { expectSuccess, TestStack } from "../engine/testStack.ts";
import { Board, type Issue } from "../support/board.ts";
import { Person } from "../support/browser.ts";
import { anthropicKey } from "../support/credentials.ts";
import { doctor } from "../support/doctor.ts";
import { Phases } from "../support/phases.ts";

/**
 * What a deployed Paperclip is for, in a browser of the tailnet: from `pulumi up` through the invitation to the finished task and `pulumi
 * destroy`. The model follows a script.
 */
let stack: TestStack;
let anthropic: Anthropic;
let laptop: Laptop;
let person: Person;
let outputs: Record<string, string>;
let board: Board;

const key = anthropicKey("e2e");
const signature = "a secret that only the company knows";
const scripts = join(import.meta.dirname, "../../local/anthropic/scripts");

const phases = new Phases("an agent at work", container);

beforeAll(async () => {
  stack = await phases.run("the platform starts", () => TestStack.create("new"));
  anthropic = await startAnthropic({
    // The address at which machines reach this host.
    host: new URL(stack.platform.tailnet.controlUrl).hostname,
    scripts,
    credentials: [{ name: "the stack's", kind: "api-key", value: key, expired: false }],
  });
  await stack.configure({ image: undefined });
  await stack.configureSecret(["anthropicKey"], key);
  await stack.configureSecret(["--path", "extraSecrets.ANTHROPIC_BASE_URL"], anthropic.url);
  await phases.run("pulumi up", async () => expectSuccess(await stack.up()));
  outputs = await stack.outputs();
  await phases.run("a laptop joins and opens it", async () => {
    laptop = await startLaptop(stack.platformFolder, stack.platform);
    await laptop.eventually(`${outputs.url}/api/health`);
  });
  person = await Person.at(laptop, stack.platform.tailnet.caFile);
});

afterAll(async () => {
  await person?.close();
  await laptop?.stop();
  await anthropic?.stop();
  await stack?.remove();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await person.screenshot(`failed-${task.name.replaceAll(/\W+/g, "-")}`);
});

/** The machine's container, once the stack is there. */
async function container(): Promise<string | undefined> {
  if (!stack) return undefined;
  const filters = { label: [`paperclip.fly.app=${stack.appName}`] };
  return (await new Docker().listContainers({ filters }))[0]?.Id;
}

const problems = () => anthropic.requests().flatMap(({ problem }) => problem ?? []);

/** Waits for the end of a task, and fails early if an agent asks something that no script knows. */
const done = (title: string) => board.done(title, () => expect(problems()).toEqual([]));

test("the invitation makes its reader the administrator, who names the organization", async () => {
  const { page } = person;
  await phases.run("the first administrator signs up", async () => {
    await person.open(outputs.inviteUrl ?? "", page.getByRole("textbox", { name: "Name" }));
    await page.getByRole("textbox", { name: "Name" }).fill("Operator");
    await page.getByRole("textbox", { name: "Email" }).fill("operator@example.test");
    await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery staple");
    await person.screenshot("1-invitation");
    await page.getByRole("button", { name: "Create account and continue" }).click();
    // Paperclip either says that this is done, with a link to the board, or opens the board at once.
    const openBoard = page.getByRole("link", { name: "Open board" });
    const nameOfOrganization = page.getByPlaceholder("e.g. Northwind Labs");
    await openBoard.or(nameOfOrganization).waitFor();
    if (await openBoard.isVisible()) await person.open(outputs.url ?? "", nameOfOrganization);
    await nameOfOrganization.fill("Acme");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("textbox", { name: "Agent name" }).waitFor();
    await person.screenshot("2-organization");
  });
  const companies = await person.api<{ id: string; name: string }[]>("GET", "/api/companies");
  expect(companies).toMatchObject([{ name: "Acme" }]);
  board = new Board(person, companies[0]?.id ?? "");
});

test("an agent hired with nothing but the Claude adapter does its task with the stack's own key", async () => {
  const { page } = person;
  // Through the API, because the page's wizard accepts only an account of its own, which it checks at api.anthropic.com itself.
  const agent = { name: "Clippy", role: "engineer", adapterType: "claude_local" };
  await board.add("agents", agent);
  await phases.run("an agent does its first task", async () => {
    await person.open(outputs.url ?? "", page.getByRole("button", { name: "New Task" }));
    await page.getByRole("button", { name: "New Task" }).click();
    await page.getByRole("textbox", { name: "Task title" }).fill("Count the words of our motto");
    await page.getByRole("button", { name: "Assignee" }).click();
    await page.getByRole("button", { name: "Clippy", exact: true }).click();
    await page.getByRole("button", { name: "Create Task" }).click();
    await done("Count the words of our motto");
  });
  const credentials = anthropic
    .requests()
    .flatMap(({ turn, credential }) => (turn ? [credential?.name] : []));
  expect(new Set(credentials)).toEqual(new Set(["the stack's"]));
});

test("the result and what it cost are in Paperclip's pages", async () => {
  const { page } = person;
  const { identifier } = (await board.issue("Count the words of our motto")) as Issue;
  const pages = `${outputs.url}/${identifier.split("-")[0]}`;
  await person.open(`${pages}/issues/${identifier}`, page.getByText("Our motto has 7 words."));
  expect(await page.getByRole("button", { name: /current: Done/ }).count()).toBeGreaterThan(0);
  await person.screenshot("3-task");
  // 5,000 tokens in, 13,500 read from the cache and 450 out, at the price of Opus.
  await person.open(`${pages}/costs`, page.getByText("$0.04"));
  await person.screenshot("4-costs");
});

describe("when the machine is restarted in the middle of a run", () => {
  const title = "Write a page of the diary";
  const waiting = () => anthropic.requests().some(({ waitsFor }) => waitsFor === "diary");

  beforeAll(async () => {
    const secret = { name: "SIGNATURE", value: signature, provider: "local_encrypted" };
    const secretId = await board.add("secrets", secret);
    const env = { SIGNATURE: { type: "secret_ref", secretId, version: "latest" } };
    const agent = { name: "Scribe", role: "engineer", adapterType: "claude_local", adapterConfig: { env } };
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
      await done(title);
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
    const comments = await person.api<{ body: string }[]>("GET", `/api/issues/${id}/comments`);
    const signed = createHash("sha256").update(signature).digest("hex").slice(0, 8);
    expect(comments.map(({ body }) => body)).toContain(`The page is signed ${signed}.`);
  });

  test("the operator is still signed in and sees the organization, its agents and the first task", async () => {
    await person.open(outputs.url ?? "", person.page.getByText("Count the words of our motto"));
    await person.screenshot("5-after-restart");
    expect((await board.agents()).map(({ name }) => name).sort()).toEqual(["Clippy", "Scribe"]);
  });
});

test("the agents asked the model nothing that the scripts do not know", () => {
  expect(problems()).toEqual([]);
});

test("when Anthropic refuses the key, this is doctor's only new finding", async () => {
  const findings = async () => (await doctor(stack)).filter((line) => line.startsWith("✗"));
  const before = await findings();
  expect(before.filter((line) => line.includes("agents"))).toEqual([]);
  anthropic.setCredentials([]);
  expect((await findings()).filter((line) => !before.includes(line))).toEqual([
    expect.stringMatching(/^✗ agents +Anthropic refuses the stack's anthropicKey: invalid x-api-key$/),
  ]);
});

test("pulumi destroy removes the machine", async () => {
  await phases.run("pulumi destroy", async () => expectSuccess(await stack.destroy()));
  expect(await container()).toBeUndefined();
});
