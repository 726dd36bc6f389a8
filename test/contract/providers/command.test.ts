import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Engine, startEngine } from "./engine.ts";
import { Plugin } from "./plugin.ts";
import { configure, propertiesOf, ResourceCalls, secret, unknown } from "./requests.ts";

let folder: string;
let engine: Engine;
let plugin: Plugin;
let command: ResourceCalls;

const startPlugin = () => Plugin.start("command", { engineAddress: engine.address, cwd: folder });
const commandOf = (started: Plugin) => new ResourceCalls(started, "command:local:Command", "cmd");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "command-contract-"));
  engine = await startEngine();
  plugin = await startPlugin();
  await configure(plugin);
  command = commandOf(plugin);
});

afterAll(async () => {
  await plugin.stop();
  engine.stop();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  engine.log.length = 0;
});

const errorOf = async (properties: Parameters<ResourceCalls["create"]>[0], options = {}) =>
  (await command.create(properties, options)).errors?.[0];

describe("a command runs", () => {
  test("with its stdin, environment and interpreter, in the program's folder", async () => {
    const create = "read line; echo $line $A $PWD";
    const inputs = { create, stdin: "in\n", environment: { A: "a" }, interpreter: ["/bin/bash", "-c"] };
    const stdout = `in a ${folder}`;
    expect(propertiesOf(await command.create(inputs))).toMatchObject({ stdout, stderr: "" });
  });

  test("through /bin/sh, and keeps all output but one newline at the end", async () => {
    const made = propertiesOf(await command.create({ create: "echo $0; echo; echo err >&2" }));
    expect(made).toMatchObject({ stdout: "/bin/sh\n", stderr: "err" });
  });

  test("on update with what it printed before", async () => {
    const olds = { update: "x", stdout: "before", stderr: "" };
    const update = 'echo "[$PULUMI_COMMAND_STDOUT]"';
    expect(propertiesOf(await command.update(olds, {}, { update }))).toMatchObject({ stdout: "[before]" });
  });

  test("its create script on update, when it has no other", async () => {
    const updated = await command.update(
      { create: "x", stdout: "", stderr: "" },
      {},
      { create: "echo again" },
    );
    expect(propertiesOf(updated)).toMatchObject({ stdout: "again" });
  });

  test("its delete script with the state alone", async () => {
    const state = { delete: 'echo "$PULUMI_COMMAND_STDOUT" > deleted', stdout: secret("made"), stderr: "" };
    expect((await command.delete(state)).errors).toBeUndefined();
    expect(await readFile(join(folder, "deleted"), "utf8")).toBe("made\n");
  });
});

describe("while a command runs, the engine gets", () => {
  const create = "echo out; echo err >&2";
  const logged = async (inputs: object) => {
    await command.create({ create, ...inputs });
    return engine.log.map(({ message }) => message).sort();
  };

  test("every line as a status of the resource", async () => {
    expect(await logged({})).toEqual(["err", "out"]);
    expect(engine.log[0]).toMatchObject({
      severity: "info",
      ephemeral: true,
      urn: expect.stringContaining("::cmd"),
    });
  });

  test.each([
    ["none", []],
    ["stdout", ["out"]],
    ["stderr", ["err"]],
    ["stdoutAndStderr", ["err", "out"]],
  ])("with logging %s the lines %j", async (logging, lines) => {
    expect(await logged({ logging })).toEqual(lines);
  });
});

describe("secrets and unknowns", () => {
  test("secret inputs stay secret, and what is printed is not", async () => {
    const made = propertiesOf(
      await command.create({ create: "cat", stdin: secret("s"), environment: { A: secret("b") } }),
    );
    expect(made).toMatchObject({ stdin: secret("s"), environment: { A: secret("b") }, stdout: "s" });
  });

  test("a preview runs nothing and knows nothing of the output", async () => {
    const made = propertiesOf(
      await command.create({ create: "touch ran", environment: { A: unknown } }, { preview: true }),
    );
    expect(made).toMatchObject({ environment: { A: unknown }, stdout: unknown, stderr: unknown });
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  test("a preview of an update keeps the output only while no input has changed", async () => {
    const olds = { create: "x", stdin: secret("a"), stdout: "o", stderr: "" };
    const preview = (news: object) => command.update(olds, {}, { create: "x", ...news }, { preview: true });
    expect(propertiesOf(await preview({ stdin: secret("a") }))).toMatchObject({ stdout: "o" });
    expect(propertiesOf(await preview({ stdin: secret("b") }))).toMatchObject({ stdout: unknown });
    expect(propertiesOf(await preview({ stdin: unknown }))).toMatchObject({ stdout: unknown });
  });
});

test("a diff tells the innermost path, and a secret only as a whole", async () => {
  const olds = { environment: { A: "1", "b.c": "2" }, stdin: secret("x"), interpreter: ["sh"] };
  const news = { environment: { A: "3", "b.c": "4" }, stdin: secret("y"), interpreter: ["sh", "-c"] };
  expect(
    (await command.diff({ ...olds, stdout: "", stderr: "" }, olds, news)).response?.detailedDiff,
  ).toEqual({
    "environment.A": { kind: "UPDATE" },
    'environment["b.c"]': { kind: "UPDATE" },
    stdin: { kind: "UPDATE" },
    "interpreter[1]": {},
  });
});

test("inputs of the wrong type are refused by name", async () => {
  const { response } = await command.check({ create: 5, interpreter: ["sh", 6], colour: "red" });
  expect(response?.failures).toEqual([
    {
      property: "create",
      reason: "Field 'create' on 'local.CommandInputs' must be a 'string'; got 'float64' instead",
    },
    {
      property: "interpreter[1]",
      reason: "Field 'interpreter[1]' on 'local.CommandInputs' must be a 'string'; got 'float64' instead",
    },
    { property: "colour", reason: "Unrecognized field 'colour' on 'local.CommandInputs'" },
  ]);
});

describe("a command that fails says why", () => {
  test.each([
    [{ create: 'echo "a"; exit 7' }, 'Unknown desc = exit status 7: running "echo \\"a\\"; exit 7":\na\n'],
    [{ create: "printf 'a\\377b'; exit 1" }, 'exit 1":\na\uFFFDb'],
    [{ create: "kill -9 $$" }, 'Unknown desc = signal: killed: running "kill -9 $$":\n'],
    [
      { create: "x", interpreter: ["no-such"] },
      'exec: "no-such": executable file not found in $PATH: running "x":\n',
    ],
    [
      { create: "x", interpreter: ["/no/such"] },
      'fork/exec /no/such: no such file or directory: running "x":\n',
    ],
    [{ create: "x", interpreter: ["/tmp"] }, "fork/exec /tmp: permission denied"],
    [{ create: "echo a\0b" }, "fork/exec /bin/sh: invalid argument"],
    [{ create: "x", environment: { A: "a\0b" } }, 'exec: environment variable contains NUL: running "x":\n'],
    [{ create: "x", environment: { A: "y".repeat(200_000) } }, "fork/exec /bin/sh: argument list too long"],
  ])("%j", async (inputs, text) => {
    expect(await errorOf(inputs)).toContain(text);
  });

  test("when it prints bytes that are not UTF-8, in words that depend on the plugin's framework", async () => {
    expect(await errorOf({ create: "printf '\\377'" })).toMatch(
      /"stdout" is a string that contains non-UTF8 bytes|string field contains invalid UTF-8/,
    );
  });

  test("when its timeout is over", async () => {
    expect(await errorOf({ create: "exec sleep 600" }, { timeout: 1 })).toContain("signal: killed");
  });
});

test("Cancel kills the child and spares what the child has started", async () => {
  const canceled = await startPlugin();
  await configure(canceled);
  const pidFile = join(folder, "grandchild");
  const create = `sleep 600 >/dev/null 2>&1 & echo $! > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; wait`;
  const running = commandOf(canceled).create({ create });
  await pWaitFor(() => existsSync(pidFile), { timeout: 10_000 });
  await canceled.cancel();
  expect((await running).errors?.[0]).toContain("signal: killed");
  const grandchild = Number(await readFile(pidFile, "utf8"));
  expect(process.kill(grandchild, 0)).toBe(true);
  process.kill(grandchild);
  expect((await commandOf(canceled).create({ create: "touch late" })).errors?.[0]).toContain(
    "context canceled",
  );
  expect(existsSync(join(folder, "late"))).toBe(false);
  await canceled.stop();
});
