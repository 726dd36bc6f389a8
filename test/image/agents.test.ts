import { join } from "node:path";
import pWaitFor from "p-wait-for";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Anthropic, startAnthropic } from "../../local/anthropic/anthropic.ts";
import type { Credentials } from "../../local/anthropic/credentials.ts";
import { bridgeGateway } from "../../local/platform/tailnet.ts";
import { appName, Machine, secrets, tailnet } from "../support/machine.ts";
import { PaperclipClient } from "../support/paperclipClient.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Phases } from "../support/phases.ts";
import { addSwap, removeSwap } from "../support/swap.ts";

/** Agents at work in a machine of 1 GB with its swap, as many as people give work to. */
let image: string;
let anthropic: Anthropic;
let machine: Machine;
let operator: PaperclipClient;
let companyId: string;

const scripts = join(import.meta.dirname, "../../local/anthropic/scripts");
const credentials: Credentials = [
  { name: "the stack's", kind: "oauth-token", value: secrets.CLAUDE_CODE_OAUTH_TOKEN, expired: false },
];
/** What a machine of this memory gets without a setting. */
const limit = 2;

beforeAll(async () => {
  anthropic = await startAnthropic({ host: await bridgeGateway(), scripts, credentials });
  image = await paperclipImage();
  await addSwap(image);
  machine = await Machine.start(image, { secrets: { ANTHROPIC_BASE_URL: anthropic.url } });
  await machine.healthy();
  operator = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
  await operator.becomeAdministrator(await machine.exec("paperclip-invite"));
  ({ id: companyId } = await operator.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" }));
});

afterAll(async () => {
  await machine?.remove();
  await anthropic?.stop();
  if (image) await removeSwap(image);
});

afterEach(() => anthropic.closeGate("diary"));

/** Hires an agent with a task at whose middle the model waits at the gate. Returns the task's id. */
async function hire(name: string, engine: string): Promise<string> {
  const agent = { name, role: "engineer", adapterType: "claude_local", adapterConfig: { engine } };
  const { id: assigneeAgentId } = await operator.ok<{ id: string }>(
    "POST",
    `/api/companies/${companyId}/agents`,
    agent,
  );
  // Paperclip takes a task with the title of an open one for that one.
  const issue = { title: `Write a page of the diary of ${name}`, status: "todo", assigneeAgentId };
  return (await operator.ok<{ id: string }>("POST", `/api/companies/${companyId}/issues`, issue)).id;
}

const phases = new Phases("agents at once", async () => machine?.name);
const statusOf = async (issue: string) =>
  (await operator.ok<{ status: string }>("GET", `/api/issues/${issue}`)).status;
const runs = () =>
  operator.ok<{ id: string; status: string; error: string | null; retryOfRunId: string | null }[]>(
    "GET",
    `/api/companies/${companyId}/heartbeat-runs`,
  );
const atWork = () => anthropic.requests().filter(({ waitsFor }) => waitsFor === "diary").length;
const problems = () => anthropic.requests().flatMap(({ problem }) => problem ?? []);

/** Waits for a condition, in a machine that is healthy all the while. */
async function whileHealthy(condition: () => boolean | Promise<boolean>): Promise<void> {
  const check = async () => {
    expect((await machine.health())?.statusCode).toBe(200);
    expect(problems()).toEqual([]);
    expect((await runs()).filter(({ status }) => status === "running").length).toBeLessThanOrEqual(limit);
    return condition();
  };
  await pWaitFor(check, { interval: 500, timeout: 280_000 });
}

describe.each(["acp", "cli"])("with the engine %s", (engine) => {
  test.each([1, 2, 4])(
    "%i agents with a task each finish, no more than the memory has room for at once, and nothing dies",
    async (number) => {
      const started = await machine.inspect("{{.State.StartedAt}}");
      const servers = await machine.exec("pgrep", "--full", "@paperclipai/server|bin/postgres -D");
      await phases.run(`${number} agents with ${engine}`, async () => {
        const issues: string[] = [];
        while (issues.length < number)
          issues.push(await hire(`${engine} ${number}.${issues.length}`, engine));
        await whileHealthy(() => atWork() === Math.min(number, limit));
        anthropic.openGate("diary");
        await whileHealthy(async () => (await Promise.all(issues.map(statusOf))).every((s) => s === "done"));
        await whileHealthy(async () => (await runs()).every(({ status }) => status === "succeeded"));
      });
      expect(await machine.inspect("{{.State.StartedAt}}")).toBe(started);
      expect(await machine.exec("pgrep", "--full", "@paperclipai/server|bin/postgres -D")).toBe(servers);
    },
  );
});

describe("when the machine is cut off in the middle of a run", () => {
  test.each(["acp", "cli"])("with the engine %s, it is begun again and finishes the task", async (engine) => {
    const task = await hire(`cut off ${engine}`, engine);
    await pWaitFor(() => atWork() === 1, { interval: 200, timeout: 120_000 });
    const cutOff = (await runs()).find(({ status }) => status === "running");
    await machine.kill();
    await machine.startAgain();
    await machine.healthy();
    operator = operator.at(await machine.url());
    await pWaitFor(() => atWork() === 1, { interval: 200, timeout: 180_000 });
    anthropic.openGate("diary");
    await whileHealthy(async () => (await statusOf(task)) === "done");
    await whileHealthy(async () => (await runs()).every(({ status }) => status !== "running"));
    const all = await runs();
    expect(all.find(({ id }) => id === cutOff?.id)?.error).toContain("retrying once");
    expect(all).toContainEqual(expect.objectContaining({ retryOfRunId: cutOff?.id, status: "succeeded" }));
  });
});

describe("what Paperclip offers whoever hires an agent", () => {
  test("is the agent whose program the image has, and no other", async () => {
    const adapters = await operator.ok<{ type: string; disabled: boolean }[]>("GET", "/api/adapters");
    expect(adapters.filter(({ disabled }) => !disabled).map(({ type }) => type)).toEqual(["claude_local"]);
    const agent = { name: "Coder", role: "engineer", adapterType: "codex_local" };
    expect(await operator.call("POST", `/api/companies/${companyId}/agents`, agent)).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("Available adapters: claude_local") },
    });
  });

  test("leaves out an agent of the setting whose program a prebuilt image has not, which the operator is told", async () => {
    const run = ["--env", "PAPERCLIP_AGENTS=claude codex"];
    const prebuilt = await Machine.start(image, { run });
    try {
      await prebuilt.healthy();
      expect(JSON.parse(await prebuilt.exec("paperclip-model"))).toMatchObject({ missing: ["codex"] });
      expect(await prebuilt.logs()).toContain("this image has no program of the agent codex");
    } finally {
      await prebuilt.remove();
    }
  });
});

describe("a token that Anthropic refuses", () => {
  const asked = async () => JSON.parse(await machine.exec("paperclip-model"));

  afterAll(() => anthropic.setCredentials(credentials));

  test("is told to the operator who asks the machine", async () => {
    const answer = { missing: [], credential: "CLAUDE_CODE_OAUTH_TOKEN" };
    expect(await asked()).toEqual({ ...answer, status: 200, message: "" });
    anthropic.setCredentials([]);
    expect(await asked()).toEqual({ ...answer, status: 401, message: "Invalid bearer token" });
  });

  test.each([
    ["acp", "terminal access failure"],
    ["cli", "401 Invalid bearer token"],
  ])("ends an agent's run with the engine %s as failed, with a reason", async (engine, reason) => {
    const before = (await runs()).map(({ id }) => id);
    await hire(`refused ${engine}`, engine);
    const failed = async () =>
      (await runs()).find(({ id, status }) => !before.includes(id) && status === "failed");
    await pWaitFor(async () => (await failed()) !== undefined, { interval: 500, timeout: 120_000 });
    expect((await failed())?.error).toContain(reason);
  });
});
