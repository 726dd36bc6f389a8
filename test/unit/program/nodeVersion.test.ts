import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeProblem } from "../../../program/nodeVersion.mjs";
import { type OldNode, oldNode } from "../../support/oldNode.ts";

const root = join(import.meta.dirname, "../../..");

let folder: string;
let old: OldNode;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "old-node-"));
  old = await oldNode(folder);
});

afterAll(() => rm(folder, { recursive: true }));

test.each(["24.11.0", "24.12.1", "25.0.0", process.versions.node])("Node.js %s is new enough", (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

test.each(["18.20.0", "20.20.2", "22.18.0", "24.10.0"])(
  "Node.js %s is not, and the sentence says so",
  (version) => {
    const problem = nodeProblem(version, "/usr/bin/node");
    expect(problem).toContain(`${version} (/usr/bin/node)`);
    expect(problem).toContain("nvm install 24");
  },
);

test.each(["index.mjs", "components/verb.mjs", "program/run.mjs"])(
  "%s asks before it imports anything that an older Node.js cannot read",
  async (file) => {
    const text = await readFile(join(root, file), "utf8");
    const imports = [...text.matchAll(/^import .* from "(.*)"/gm)].map(([, from]) => from);
    expect(imports.filter((from) => from?.endsWith(".ts"))).toEqual([]);
    expect(text).toContain("nodeProblem()");
  },
);

test("a verb that an old Node.js starts says one sentence and does nothing", async () => {
  const PATH = [old.folder, process.env.PATH].join(delimiter);
  const words = ["components/verb.mjs", "fly/app create"];
  const { exitCode, all } = await execa("node", words, {
    cwd: root,
    env: { PATH },
    all: true,
    reject: false,
  });
  expect(exitCode).toBe(1);
  expect(all.split("\n")).toEqual([
    expect.stringContaining(`the first \`node\` on the PATH is ${old.version}`),
  ]);
});
