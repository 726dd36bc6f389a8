/** The rules of .dependency-cruiser.mjs, tried on file trees that each break one. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type IReporterOutput } from "dependency-cruiser";
import { expect, test } from "vitest";
import rules from "../../.dependency-cruiser.mjs";

/** Names of the broken rules, each with the file that breaks it. */
async function broken(files: Record<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "import-rules-"));
  const tree = {
    "package.json": JSON.stringify({
      dependencies: { execa: "1.0.0" },
      devDependencies: { fastify: "1.0.0" },
    }),
    ...Object.fromEntries(
      ["execa", "fastify"].flatMap((name) => [
        [`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" })],
        [`node_modules/${name}/index.js`, ""],
      ]),
    ),
    ...files,
  };
  try {
    for (const [name, text] of Object.entries(tree)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const { forbidden, options } = rules;
    const { output }: IReporterOutput = await cruise(["."], {
      ...options,
      ruleSet: { forbidden: forbidden ?? [] },
      validate: true,
      baseDir: folder,
    });
    if (typeof output === "string") throw new Error(output);
    return output.summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([
  [
    "no-circle",
    "bench/a.ts",
    { "bench/a.ts": 'import "./b.ts";', "bench/b.ts": 'import type { A } from "./a.ts";' },
  ],
  [
    "product-stands-alone",
    "components/a.ts",
    { "components/a.ts": 'import "../local/b.ts";', "local/b.ts": "" },
  ],
  [
    "product-stands-alone",
    "ops/a.ts",
    { "ops/a.ts": 'import "../test/support/b.ts";', "test/support/b.ts": "" },
  ],
  [
    "component-below-program",
    "components/a.ts",
    { "components/a.ts": 'import "../program/b.ts";', "program/b.ts": "" },
  ],
  [
    "local-without-component",
    "local/a.ts",
    { "local/a.ts": 'import type { B } from "../components/b.ts";', "components/b.ts": "export type B = 1;" },
  ],
  [
    "product-starts-programs-in-one-place",
    "components/fly/a.ts",
    { "components/fly/a.ts": 'import { execa } from "execa";' },
  ],
  [
    "product-starts-programs-in-one-place",
    "ops/a.ts",
    { "ops/a.ts": 'import { spawn } from "node:child_process";' },
  ],
  ["server-stands-alone", "docker/server/a.js", { "docker/server/a.js": 'import "execa";' }],
  ["product-without-dev-packages", "ops/a.ts", { "ops/a.ts": 'import { fastify } from "fastify";' }],
  ["nothing-missing", "bench/a.ts", { "bench/a.ts": 'import "./gone.ts";' }],
])("%s is broken by %s", async (rule, file, files) => {
  expect(await broken(files as Record<string, string>)).toEqual([`${rule}: ${file}`]);
});

test("what is right breaks none of them", async () => {
  const files = {
    "components/fly/flyctl.ts": 'import { execa } from "execa";\nimport "node:path";',
    "components/verb.mjs": 'import "../program/nodeVersion.mjs";',
    "program/nodeVersion.mjs": "",
    "local/a.ts": 'import { fastify } from "fastify";\nimport { spawn } from "node:child_process";',
    "test/b.ts": 'import "../local/a.ts";\nimport "../components/fly/flyctl.ts";',
    "docker/server/a.js": 'import "node:fs";\nimport "./b.js";',
    "docker/server/b.js": "",
  };
  expect(await broken(files)).toEqual([]);
});
