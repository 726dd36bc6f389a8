import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { Agent } from "./reach/agent.ts";
import { chosen, make, tidy } from "./reach/attempt.ts";
import { Canaries } from "./reach/canaries.ts";
import type { Ground } from "./reach/operation.ts";
import { operations } from "./reach/operations.ts";
import { placements } from "./reach/placements.ts";
import { withoutNames } from "./routes/row.ts";
import { table } from "./routes/table.ts";

/**
 * Agents put links, pipes and the like where the server opens a file of theirs, through each route that opens one. `ATTACK_SHARE=1` makes
 * all attempts. By default `ATTACK_SEED` chooses a quarter of them, a different quarter each day.
 */
const seed = process.env.ATTACK_SEED ?? new Date().toISOString().slice(0, 10);
const attempts = chosen(operations, placements, seed, Number(process.env.ATTACK_SHARE ?? 0.25));

let agent: Agent;
let canaries: Canaries;
let ground: Ground;

beforeAll(async () => {
  const work = await Workplace.start(await paperclipImage(), { memoryMb: 1536 });
  agent = await Agent.hire(work, "Mallory");
  canaries = new Canaries(work.machine);
  await canaries.plant();
  const { id: projectId } = await agent.ok<{ id: string }>("POST", agent.own("projects"), { name: "Links" });
  const place = { name: "its own", sourceType: "local_path", cwd: agent.workspace };
  const { id: workspaceId } = await agent.ok<{ id: string }>(
    "POST",
    `/api/projects/${projectId}/workspaces`,
    place,
  );
  const { id: issueId } = await agent.ok<{ id: string }>("POST", agent.own("issues"), {
    title: "Links",
    projectId,
  });
  ground = { projectId, workspaceId, issueId };
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    console.error((await agent.work.machine.logs()).split("\n").slice(-20).join("\n"));
});

afterAll(() => agent?.work.stop());

test("each operation uses a route of the table", () => {
  const known = new Set(table.map(({ route }) => withoutNames(route)));
  expect(operations.filter(({ route }) => !known.has(withoutNames(route)))).toEqual([]);
});

describe("with a file of the agent's own in its place", () => {
  test.each(operations.map((operation) => [operation.name, operation] as const))(
    "%s",
    async (_, operation) => {
      const control = `control ${Math.random()}`;
      await tidy(agent, control);
      const made = (await operation.before?.(agent, ground)) ?? "";
      const [first, ...rest] = await operation.ask(agent, ground, made);
      expect(first?.status, first?.text).toBeLessThan(300);
      const told = [first, ...rest].map((answer) => answer?.text).join("\n");
      if (operation.writes) expect(await agent.shell(`cat ${operation.at} || true`)).not.toContain(control);
      else if (operation.tells === "names") expect(told).toContain("notes");
      else if (!operation.tells) expect(told).toContain(control);
    },
  );
});

/** What the server's user reads under the name of the agent's file when nothing defends it. */
const asServer = (script: string) =>
  agent.work.machine.exec(
    ...["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups", "bash", "-c"],
    `cd ${agent.workspace}; ${script}`,
  );

describe("without a defence the server's user", () => {
  test.each(placements.map((placement) => [placement.name, placement] as const))(
    "is led on by %s",
    async (_, placement) => {
      await tidy(agent, "its own");
      const at = "s/notes/a.md";
      const script = `at=${at} target=${canaries.tree("/paperclip/home")}/${at}; ${placement.script}`;
      if (placement.goesOn) {
        const looking = asServer(
          `timeout 20 bash -c 'until grep --quiet ${canaries.content} ${at} 2>/dev/null; do :; done' && echo led on`,
        );
        await Promise.all([
          agent.shell(`timeout 4 bash -c '${script.replaceAll("'", `'\\''`)}' || true`),
          looking,
        ]);
        expect(await looking).toBe("led on");
        return;
      }
      await agent.shell(script);
      const got = await asServer(
        `timeout 2 head --bytes=3000000 ${at} | tr -d '\\0' | head --bytes=3000; echo "status \${PIPESTATUS[0]}"`,
      );
      if (placement.hangs) expect(got).toMatch(/^status (124|1|0)$/);
      else if (placement.process) expect(got).toContain("PATH=");
      else if (placement.refusedByKernel) expect(got).not.toContain(canaries.content);
      else expect(got).toContain(canaries.content);
    },
  );
});

describe(`of the server's files (seed ${seed}, ${attempts.length} attempts)`, () => {
  const rows = attempts.map((attempt) => [attempt.operation.name, attempt.placement.name, attempt] as const);
  test.each(rows)("%s, with %s: nothing is told or changed", async (_, _name, attempt) => {
    expect(await make(attempt, agent, ground, canaries)).toEqual([]);
    expect((await agent.work.machine.health())?.statusCode).toBe(200);
  });

  test("and none has been copied to where agents can read it", async () => {
    expect(await canaries.copied()).toEqual([]);
  });
});
