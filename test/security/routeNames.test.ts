import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { Agent } from "./reach/agent.ts";
import { Canaries, privatePlaces } from "./reach/canaries.ts";
import { type Ids, type Request, requestsOf } from "./reach/requests.ts";
import type { Description } from "./routes/row.ts";
import { table } from "./routes/table.ts";

/**
 * An agent names the server's own files, in every field of every route that could take the name of one, in every way that one can be written.
 * `ATTACK_SHARE=1` makes all requests; by default it is the share that `ATTACK_SEED` chooses.
 */
const seed = process.env.ATTACK_SEED ?? new Date().toISOString().slice(0, 10);
const share = Number(process.env.ATTACK_SHARE ?? 0.25);
const number = (key: string) =>
  createHash("sha256").update(`${seed}\n${key}`).digest().readUInt32BE() / 2 ** 32;

let agent: Agent;
let canaries: Canaries;
let description: Description;
let ids: Ids;

/** How a private file is named. */
const writings: [string, (tree: string) => string][] = [
  ["by its path", (tree) => tree],
  ["by a file in it", (tree) => `${tree}/SKILL.md`],
  ["with dots on the way", (tree) => `/tmp/..${tree}/./s/..`],
  ["from its workspace", (tree) => `${agent.workspace}/../../../../..${tree}`],
  ["by climbing", (tree) => `../../../../../../..${tree}`],
  ["as a file's URL", (tree) => `file://${tree}`],
  ["encoded", (tree) => encodeURIComponent(tree)],
  ["encoded twice", (tree) => encodeURIComponent(encodeURIComponent(tree))],
  ["with spaces around", (tree) => ` ${tree}\n`],
  ["with Windows' slashes", (tree) => `..\\..\\..\\..\\..\\..${tree.replaceAll("/", "\\")}`],
  ["through /proc", (tree) => `/proc/self/root${tree}`],
  ["as the server's environment", () => "/proc/self/environ"],
  ["as the server's home", () => "~/canary"],
  ["as what is above all", () => "/"],
];

beforeAll(async () => {
  const work = await Workplace.start(await paperclipImage(), { memoryMb: 1536 });
  agent = await Agent.hire(work, "Mallory");
  canaries = new Canaries(work.machine);
  await canaries.plant();
  description = await work.operator.ok("GET", "/api/openapi.json");
  const { id: projects } = await agent.ok<{ id: string }>("POST", agent.own("projects"), { name: "Names" });
  const cwd = `${agent.workspace}/project`;
  await agent.shell(
    `mkdir -p ${cwd}/s && printf -- '---\\nname: s\\ndescription: s\\n---\\n' >${cwd}/s/SKILL.md`,
  );
  const place = { name: "its own", sourceType: "local_path", cwd };
  const { id: workspaceId } = await agent.ok<{ id: string }>(
    "POST",
    `/api/projects/${projects}/workspaces`,
    place,
  );
  const issue = { title: "Names", projectId: projects };
  const { id: issues } = await agent.ok<{ id: string }>("POST", agent.own("issues"), issue);
  const { imported } = await agent.ok<{ imported: { id: string }[] }>("POST", agent.own("skills/import"), {
    source: `${cwd}/s`,
  });
  ids = {
    companyId: work.companyId,
    agents: agent.id,
    agentId: agent.id,
    agentRef: agent.id,
    projects,
    projectId: projects,
    workspaceId,
    issues,
    issueId: issues,
    skillId: imported[0]?.id ?? "",
    type: "claude_local",
    key: "plan",
    action: "start",
  };
});

afterAll(() => agent?.work.stop());

/** Requests that put a text into the fields of all routes. Ends of things come last: what they end would take the others' ground away. */
const all = (text: string): Request[] =>
  table
    .flatMap((row) => requestsOf(row, ["paths", "urls", "programs", "open"], text, ids, description))
    .sort((one, other) => Number(one.method === "DELETE") - Number(other.method === "DELETE"));

describe(`of the server's files (seed ${seed})`, () => {
  test.each(writings)(
    "named %s nothing is told, changed or waited for, in any field of any route",
    async (writing, write) => {
      const before = await canaries.state();
      const problems: string[] = [];
      const text = write(
        canaries.tree(privatePlaces[Math.floor(number(writing) * privatePlaces.length)] ?? ""),
      );
      const chosen = all(text).filter(({ route, field }) => number(`${writing} ${route} ${field}`) < share);
      expect(chosen.length).toBeGreaterThan(20);
      for (const { route, field, method, path, body } of chosen) {
        const where = `${route} ${field}`;
        const answer = await agent
          .call(method, path, body)
          .catch((error: Error) => ({ status: 0, text: error.message }));
        const told = canaries.toldBy(answer.text);
        if (told) problems.push(`${where} tells ${told}`);
        if (answer.status === 0) problems.push(`${where} has no answer: ${answer.text}`);
        if (answer.status < 400 && answer.status > 0)
          problems.push(`${where} takes it: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
      expect(problems).toEqual([]);
      expect(await canaries.state()).toBe(before);
      expect((await agent.work.machine.health())?.statusCode).toBe(200);
    },
  );
});

test("what is the agent's own is refused by none of them", async () => {
  const refused: string[] = [];
  for (const { route, field, method, path, body } of all(`${agent.workspace}/project/s`)) {
    if (method === "DELETE") continue;
    const answer = await agent
      .call(method, path, body)
      .catch((error: Error) => ({ status: 0, text: error.message }));
    if (answer.text.includes('"REFUSED"')) refused.push(`${route} ${field}: ${answer.text}`);
  }
  expect(refused).toEqual([]);
});

test("a project's workspace and a skill of it are made with a folder of the agent's own: the routes are open to it", async () => {
  const cwd = `${agent.workspace}/project`;
  const workspace = { name: "second", sourceType: "local_path", cwd };
  expect((await agent.call("POST", `/api/projects/${ids.projects}/workspaces`, workspace)).status).toBe(201);
  expect((await agent.call("POST", agent.own("skills/import"), { source: `${cwd}/s` })).status).toBe(201);
});
