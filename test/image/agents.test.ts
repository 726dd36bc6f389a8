import pWaitFor from "p-wait-for";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Phases } from "../support/phases.ts";
import { addSwap, removeSwap } from "../support/swap.ts";
import { stackCredentials, Workplace } from "../support/workplace.ts";

/** Agents at work in a machine of 1 GB with its swap, while people give work to more of them than work at once. */
let image: string;
let work: Workplace;

/** The setting of these machines: two agents share the memory and need the swap. The default in 1 GB is one. */
const limit = 2;
const withTwo = { run: ["--env", `PAPERCLIP_AGENTS_AT_ONCE=${limit}`] };

beforeAll(async () => {
  image = await paperclipImage();
  await addSwap(image);
  work = await Workplace.start(image, withTwo);
});

afterAll(async () => {
  await work?.stop();
  if (image) await removeSwap(image);
});

afterEach(() => work.anthropic.closeGate("diary"));

/** Hires an agent with a task in the middle of which the model waits at the gate. Returns the task's id. */
const hire = async (name: string, engine: string, at = work) =>
  at.give(await at.hire(name, { engine }), `Write a page of the diary of ${name}`);

/** Waits for a condition while the machine stays healthy and has no more agents at work than allowed. */
async function whileHealthy(
  condition: () => boolean | Promise<boolean>,
  { at, most }: { at: Workplace; most: number } = { at: work, most: limit },
): Promise<void> {
  const check = async () => {
    expect((await at.machine.health())?.statusCode).toBe(200);
    expect(at.problems()).toEqual([]);
    expect((await at.runs()).filter(({ status }) => status === "running").length).toBeLessThanOrEqual(most);
    return condition();
  };
  await pWaitFor(check, { interval: 500, timeout: 280_000 });
}

/** Lets a number of agents finish a task each, `most` of them at once. Nothing in the machine is allowed to die. */
async function finishTasks(number: number, engine: string, { at, most }: { at: Workplace; most: number }) {
  const started = await at.machine.inspect("{{.State.StartedAt}}");
  const servers = () => at.machine.exec("pgrep", "--full", "@paperclipai/server|bin/postgres -D");
  const before = await servers();
  const together = Math.min(number, most);
  const phases = new Phases("agents at once", async () => at.machine.name);
  await phases.run(`${number} agents with ${engine}, ${together} at once`, async () => {
    const issues: string[] = [];
    while (issues.length < number)
      issues.push(await hire(`${engine} ${number}.${issues.length}`, engine, at));
    await whileHealthy(() => at.waitingAt("diary") === together, { at, most });
    at.anthropic.openGate("diary");
    const done = async () =>
      (await Promise.all(issues.map((task) => at.statusOf(task)))).every((status) => status === "done");
    await whileHealthy(done, { at, most });
    const succeeded = async () => (await at.runs()).every(({ status }) => status === "succeeded");
    await whileHealthy(succeeded, { at, most });
  });
  expect(await at.machine.inspect("{{.State.StartedAt}}")).toBe(started);
  expect(await servers()).toBe(before);
}

describe.each(["acp", "cli"])("with the engine %s", (engine) => {
  test.each([1, 2, 4])(
    "%i agents with a task each finish, no more than the setting says at once, and nothing dies",
    (number) => finishTasks(number, engine, { at: work, most: limit }),
  );
});

describe("with the setting agentsAtOnce over what the memory has room for", () => {
  test("4 agents with the engine cli work at once, and nothing dies", async () => {
    const crowded = await Workplace.start(image, { run: ["--env", "PAPERCLIP_AGENTS_AT_ONCE=4"] });
    try {
      await finishTasks(4, "cli", { at: crowded, most: 4 });
    } finally {
      await crowded.stop();
    }
  });
});

describe("when the machine is cut off in the middle of a run", () => {
  test.each(["acp", "cli"])("with the engine %s, the run restarts and finishes the task", async (engine) => {
    const task = await hire(`cut off ${engine}`, engine);
    await pWaitFor(() => work.waitingAt("diary") === 1, { interval: 200, timeout: 120_000 });
    const cutOff = (await work.runs()).find(({ status }) => status === "running");
    await work.machine.kill();
    await work.machine.startAgain();
    await work.machine.healthy();
    work.operator = work.operator.at(await work.machine.url());
    await pWaitFor(() => work.waitingAt("diary") === 1, { interval: 200, timeout: 180_000 });
    work.anthropic.openGate("diary");
    await whileHealthy(async () => (await work.statusOf(task)) === "done");
    await whileHealthy(async () => (await work.runs()).every(({ status }) => status !== "running"));
    const all = await work.runs();
    expect(all.find(({ id }) => id === cutOff?.id)?.error).toContain("retrying once");
    expect(all).toContainEqual(expect.objectContaining({ retryOfRunId: cutOff?.id, status: "succeeded" }));
  });
});

describe("what Paperclip offers whoever hires an agent", () => {
  test("is the agent whose program the image has, and no other", async () => {
    const adapters = await work.operator.ok<{ type: string; disabled: boolean }[]>("GET", "/api/adapters");
    expect(adapters.filter(({ disabled }) => !disabled).map(({ type }) => type)).toEqual(["claude_local"]);
    const agent = { name: "Coder", role: "engineer", adapterType: "codex_local" };
    expect(await work.operator.call("POST", `/api/companies/${work.companyId}/agents`, agent)).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("Available adapters: claude_local") },
    });
  });

  test("leaves out an agent of the setting whose program a prebuilt image lacks, and tells the operator", async () => {
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

describe.each(["acp", "cli"])("all that is started for an agent with the engine %s", (engine) => {
  test("has the variables with which Claude Code neither updates itself nor tells of its use", async () => {
    const task = await hire(`looked at ${engine}`, engine);
    await pWaitFor(() => work.waitingAt("diary") === 1, { interval: 200, timeout: 120_000 });
    const look = `for pid in $(pgrep --uid agent); do
      echo "$(cat /proc/$pid/comm)" $(tr '\\0' '\\n' </proc/$pid/environ | grep -E '^(DISABLE_AUTOUPDATER|DO_NOT_TRACK)=' | sort)
    done`;
    const programs = (await work.machine.exec("bash", "-c", look)).split("\n");
    expect(programs).toContainEqual(expect.stringMatching(/^claude /));
    expect(programs.filter((line) => !line.endsWith(" DISABLE_AUTOUPDATER=1 DO_NOT_TRACK=1"))).toEqual([]);
    work.anthropic.openGate("diary");
    await whileHealthy(async () => (await work.statusOf(task)) === "done");
  });
});

describe("a token that Anthropic refuses", () => {
  beforeAll(() => work.anthropic.setCredentials([]));
  afterAll(() => work.anthropic.setCredentials(stackCredentials));

  test.each(["acp", "cli"])(
    "ends an agent's run with the engine %s as failed, with a reason",
    async (engine) => {
      const before = (await work.runs()).map(({ id }) => id);
      await hire(`refused ${engine}`, engine);
      const failed = async () =>
        (await work.runs()).find(({ id, status }) => !before.includes(id) && status === "failed");
      await pWaitFor(async () => (await failed()) !== undefined, { interval: 500, timeout: 120_000 });
      expect((await failed())?.error).toContain("Anthropic refuses the stack's claudeToken");
    },
  );
});
