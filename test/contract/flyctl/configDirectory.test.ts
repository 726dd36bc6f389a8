import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { graphqlApp, startSandbox } from "./running.ts";

const answers = {
  ...graphqlApp,
  "POST /v1/apps/demo/secrets": { secrets: [], version: 7 },
  "GET /v1/apps/demo/secrets": { secrets: [] },
  "GET /v1/apps/demo/machines": [],
};
const importSecret = ["secrets", "import", "--stage", "-a", "demo"];
const stdin = "PASSWORD=hunter2 and more\n";

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("what flyctl leaves in FLY_CONFIG_DIR", () => {
  test("is for its owner only", async () => {
    const { sandbox, run } = await startSandbox(answers);
    const directory = join(sandbox.root, "new", "config");
    await run(importSecret, { stdin, environment: { FLY_CONFIG_DIR: directory } });
    expect(await modeOf(directory)).toBe(0o700);
    expect(await modeOf(join(directory, "config.yml"))).toBe(0o600);
  });

  test("is the version of an app's secrets, which later runs ask for", async () => {
    const { server, sandbox, run } = await startSandbox(answers);
    await run(importSecret, { stdin });
    expect(await readFile(join(sandbox.configDirectory, "config.yml"), "utf8")).toBe(
      "app_secrets_minvers:\n    demo: 7\n",
    );
    await run(["secrets", "list", "-a", "demo"]);
    expect(server.requests.map(({ url }) => url)).toContain("/v1/apps/demo/secrets?version=7");
  });

  test("is a log that holds secrets in clear", async () => {
    const { sandbox, run } = await startSandbox(answers);
    await run(importSecret, { stdin });
    const logs = join(sandbox.configDirectory, "logs");
    const [log = ""] = await readdir(logs);
    expect(log).toMatch(/^flyctl-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.log$/);
    expect(await readFile(join(logs, log), "utf8")).toContain("hunter2 and more");
  });

  test("includes no log if a file is in the folder's place, and flyctl does not complain", async () => {
    const { sandbox, run } = await startSandbox(answers);
    const logs = join(sandbox.configDirectory, "logs");
    await writeFile(logs, "");
    const { exit, stderr } = await run(importSecret, { stdin });
    expect([exit, stderr, await readFile(logs, "utf8")]).toEqual([0, "", ""]);
  });
});

test("LOG_LEVEL=debug shows secrets on stderr", async () => {
  const { run } = await startSandbox(answers);
  const { stderr } = await run(importSecret, { stdin, environment: { LOG_LEVEL: "debug" } });
  expect(stderr).toContain("hunter2 and more");
});
