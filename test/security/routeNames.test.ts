import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { Agent } from "./reach/agent.ts";
import { Canaries, privatePlaces } from "./reach/canaries.ts";
import { groundOf } from "./reach/ground.ts";
import { type Ids, type Request, requestsOf } from "./reach/requests.ts";
import type { Description } from "./routes/row.ts";
import { table } from "./routes/table.ts";

/**
 * An agent names the server's own files in every field of every route that could take a file's name, written in every way that is possible.
 * `ATTACK_SEED` chooses the private place that each request names.
 */
const seed = process.env.ATTACK_SEED ?? new Date().toISOString().slice(0, 10);
const number = (key: string) =>
  createHash("sha256").update(`${seed}\n${key}`).digest().readUInt32BE() / 2 ** 32;

let agent: Agent;
let canaries: Canaries;
let description: Description;
let ids: Ids;

/** The ways to write the name of a private file. */
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
  ids = await groundOf(agent);
});

afterAll(() => agent?.work.stop());

/** Requests that put a text into the fields of all routes. Requests that end something come last, because others need what they end. */
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
      for (const { route, field, method, path, body } of all(text)) {
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

test("no route refuses what is the agent's own, and many accept it", async () => {
  const refused: string[] = [];
  const taken: string[] = [];
  for (const { route, field, method, path, body } of all(`${agent.workspace}/project/s`)) {
    if (method === "DELETE") continue;
    const answer = await agent
      .call(method, path, body)
      .catch((error: Error) => ({ status: 0, text: error.message }));
    if (answer.text.includes('"REFUSED"')) refused.push(`${route} ${field}: ${answer.text}`);
    if (answer.status >= 200 && answer.status < 300) taken.push(`${route} ${field}`);
  }
  expect(refused).toEqual([]);
  // This many routes do something with what they are given, so the attempts are real ones.
  expect(taken.length, taken.join("\n")).toBeGreaterThan(20);
});

test("the routes are open to the agent: it can make a project's workspace and a skill from a folder of its own", async () => {
  const cwd = `${agent.workspace}/project`;
  const workspace = { name: "second", sourceType: "local_path", cwd };
  expect((await agent.call("POST", `/api/projects/${ids.projects}/workspaces`, workspace)).status).toBe(201);
  expect((await agent.call("POST", agent.own("skills/import"), { source: `${cwd}/s` })).status).toBe(201);
});
