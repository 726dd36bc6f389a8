import pWaitFor from "p-wait-for";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { Agent } from "./reach/agent.ts";
import { Canaries, privatePlaces } from "./reach/canaries.ts";
import { runPlaces, undo } from "./reach/runPlaces.ts";

/** What the server touches by itself before, during and after a run, where an agent has put links and the like. Real runs of Claude Code. */
const home = "/paperclip/agent";
let agent: Agent;
let canaries: Canaries;

beforeAll(async () => {
  const work = await Workplace.start(await paperclipImage(), { memoryMb: 1536 });
  agent = await Agent.hire(work, "Mallory", { engine: "acp" });
  canaries = new Canaries(work.machine);
  await canaries.plant();
  await work.put("/tmp/tidy-up.sh", "true\n");
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    console.error((await agent.work.machine.logs()).split("\n").slice(-20).join("\n"));
});

afterAll(() => agent?.work.stop());

let runs = 0;

/** One run of the agent's, to its end, whatever that is. Returns all that Paperclip then tells of it. */
async function run(): Promise<string> {
  const { work } = agent;
  runs += 1;
  const task = await work.give(agent.id, `Tidy up your workspace (${runs})`);
  const own = async () =>
    (
      await work.operator.ok<{ id: string; status: string; agentId: string }[]>(
        "GET",
        agent.own("heartbeat-runs"),
      )
    ).slice(0, runs + 4);
  const over = async () =>
    (await own()).length > 0 &&
    (await own()).every(({ status }) => !["running", "queued", "pending"].includes(status));
  await pWaitFor(
    async () => ["done", "blocked", "cancelled"].includes(await work.statusOf(task)) || (await over()),
    {
      interval: 500,
      timeout: 150_000,
    },
  );
  await pWaitFor(over, { interval: 500, timeout: 150_000 });
  const about = (await own()).flatMap(({ id }) => [
    work.operator.call("GET", `/api/heartbeat-runs/${id}`),
    work.operator.call("GET", `/api/heartbeat-runs/${id}/log`),
    work.operator.call("GET", `/api/heartbeat-runs/${id}/events`),
    work.operator.call("GET", `/api/heartbeat-runs/${id}/workspace-operations`),
  ]);
  // What is written to the end of the task, so that the next one is a new one.
  await work.operator.call("POST", `/api/issues/${task}/comments`, { body: "Thanks." });
  return (await Promise.all(about)).map(({ body }) => JSON.stringify(body)).join("\n");
}

test("an agent's run is done where it has left nothing", async () => {
  await run();
  const [issue] = await agent.work.operator.ok<{ status: string }[]>("GET", agent.own("issues"));
  expect(issue?.status).toBe("done");
});

describe("of the server's files nothing is told or changed", () => {
  test.each(runPlaces.map((place, index) => [place.name, place, index] as const))(
    "when %s",
    async (_, place, index) => {
      const target = canaries.tree(privatePlaces[index % privatePlaces.length] ?? "");
      const names = `workspace='${agent.workspace}' home='${home}' target='${target}'`;
      const before = await canaries.state();
      if (place.during) await agent.work.put("/tmp/tidy-up.sh", `set -e\n${names}\n${place.script}\n`);
      else await agent.shell(`cd /tmp; ${names}; ${place.script}`);
      const told = await run();
      await agent.work.put("/tmp/tidy-up.sh", "true\n");
      const after = await canaries.state();
      await agent.work.machine.exec("bash", "-c", undo(agent.workspace, home));
      expect(canaries.toldBy(told)).toBeUndefined();
      expect(after).toBe(before);
      expect(await canaries.copied()).toEqual([]);
      expect((await agent.work.machine.health())?.statusCode).toBe(200);
    },
  );

  test("and the agent works as before", async () => {
    await run();
    const [issue] = await agent.work.operator.ok<{ status: string }[]>("GET", agent.own("issues"));
    expect(issue?.status).toBe("done");
  });
});
