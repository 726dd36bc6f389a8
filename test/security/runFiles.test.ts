import pWaitFor from "p-wait-for";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { Agent } from "./reach/agent.ts";
import { Canaries, privatePlaces } from "./reach/canaries.ts";
import { runPlaces } from "./reach/runPlaces.ts";

/**
 * What the server does on its own with files before, during and after a run, when an agent has put links and the like there. These are real
 * runs of Claude Code, each by a new agent.
 */
let work: Workplace;
let canaries: Canaries;
let hired = 0;

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage(), { memoryMb: 1536 });
  canaries = new Canaries(work.machine);
  await canaries.plant();
  await work.put("/tmp/tidy-up.sh", "true\n");
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    console.error((await work.machine.logs()).split("\n").slice(-20).join("\n"));
});

afterAll(() => work?.stop());

interface AgentsRun {
  id: string;
  status: string;
  agentId: string;
}

/**
 * Gives the agent a task and waits until its first run has ended. Returns whether the task is done, and everything that Paperclip then
 * tells about its runs.
 */
async function run(agent: Agent): Promise<{ done: boolean; told: string }> {
  const task = await work.give(agent.id, `Tidy up your workspace ${agent.id}`);
  const runs = async () =>
    (await work.operator.ok<AgentsRun[]>("GET", agent.own("heartbeat-runs"))).filter(
      ({ agentId }) => agentId === agent.id,
    );
  const ended = ({ status }: AgentsRun) => !["queued", "running", "scheduled_retry"].includes(status);
  const isDone = async () => (await work.statusOf(task)) === "done";
  await pWaitFor(async () => (await runs()).some(ended), { interval: 300, timeout: 120_000 });
  const done = await isDone();
  // A retry would only do the same once more.
  await work.operator.call("PATCH" as "POST", `/api/issues/${task}`, { status: "cancelled" });
  for (const { id } of (await runs()).filter((one) => !ended(one)))
    await work.operator.call("POST", `/api/heartbeat-runs/${id}/cancel`);
  await pWaitFor(async () => (await runs()).every(ended), { interval: 300, timeout: 120_000 });
  const about = (await runs()).flatMap(({ id }) =>
    ["", "/log", "/events", "/workspace-operations"].map((what) =>
      work.operator.call("GET", `/api/heartbeat-runs/${id}${what}`),
    ),
  );
  return { done, told: (await Promise.all(about)).map(({ body }) => JSON.stringify(body)).join("\n") };
}

const hire = () => {
  hired += 1;
  return Agent.hire(work, `Mallory ${hired}`, { engine: "acp" });
};

test("a run completes if the agent has left nothing", async () => {
  expect(await run(await hire())).toMatchObject({ done: true });
});

describe("of the server's files nothing is told or changed", () => {
  test.each(runPlaces.map((place, index) => [place.name, place, index] as const))(
    "when %s",
    async (_, place, index) => {
      const agent = await hire();
      const target = canaries.tree(privatePlaces[index % privatePlaces.length] ?? "");
      const names = `workspace='${agent.workspace}' home='${agent.home}' target='${target}'`;
      const before = await canaries.state();
      if (place.during)
        await work.put("/tmp/tidy-up.sh", `set -e\n${names}\n${place.script}\necho as it says\n`);
      else await agent.shell(`cd /tmp; ${names}; ${place.script}`);
      const { told } = await run(agent);
      await work.put("/tmp/tidy-up.sh", "true\n");
      // Either way it was tried: the agent's script reports success, or the kernel says that it refuses.
      const tried = /as it says|Permission denied|not permitted/;
      if (place.during) expect(await agent.shell("cat /tmp/tidied-up.txt")).toMatch(tried);
      expect(canaries.toldBy(told)).toBeUndefined();
      expect(await canaries.state()).toBe(before);
      expect(await canaries.copied()).toEqual([]);
      expect((await work.machine.health())?.statusCode).toBe(200);
    },
  );

  test("and the next agent works as before", async () => {
    expect(await run(await hire())).toMatchObject({ done: true });
  });
});
