/**
 * Commands that print more than a pipe, a log line or a program's environment holds, under the real engine. An error of that length reaches
 * the engine in a header. The engine accepts headers of up to 16 MB; gRPC's client for Node does not.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { local } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, test } from "vitest";

const bytes = 200_000;
const line = "x".repeat(99);
/** Prints this number of bytes, in lines of 100. */
const printed = `yes ${line} | head -c ${bytes}`;
const timeout = 120_000;

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "command-output-"));
  // An engine built from the Go module proxy does not know its version.
  const pulumiCommand = await PulumiCommand.get({ skipVersionCheck: true });
  stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "test", projectName: "output", program: async () => ({}) },
    {
      pulumiCommand,
      workDir: folder,
      envVars: {
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    },
  );
}, timeout);

afterAll(() => rm(folder, { recursive: true }));

const commands =
  (wanted: Record<string, local.CommandArgs>): PulumiFn =>
  async () => {
    const made = Object.entries(wanted).map(([name, args]): [string, pulumi.Output<number>] => {
      const { stdout, stderr } = new local.Command(name, args);
      return [name, stdout.apply((out) => stderr.apply((err) => out.length + err.length))];
    });
    return Object.fromEntries(made);
  };

const up = (wanted: Record<string, local.CommandArgs>) =>
  stack.up({ program: commands(wanted), parallel: 1, continueOnError: true, color: "never" });

/** All bytes but the last newline, which no command's output keeps. */
const whole = bytes - 1;

test.each<[string, local.CommandArgs, number]>([
  ["in lines that are logged", { create: printed }, whole],
  ["as one line that is not logged", { create: `${printed} | tr -d '\\n'`, logging: "none" }, bytes - 2000],
  ["on standard error", { create: `${printed} >&2`, logging: "none" }, whole],
])(
  "what a command prints is kept to the last byte: 200,000 of them %s",
  async (how, args, length) => {
    // Each command has its own name. Otherwise it would be an update that gets the output of another command, and fail like the test below.
    const name = how.replaceAll(" ", "-");
    const { outputs } = await up({ [name]: args });
    expect(outputs[name]?.value).toBe(length);
  },
  timeout,
);

test(
  "an update fails and says so if the last output is longer than Linux can pass to a program",
  async () => {
    await up({ changed: { create: printed } });
    await expect(up({ changed: { create: "echo changed" } })).rejects.toThrow(
      /: argument list too long: running/,
    );
  },
  timeout,
);

test(
  "a failing command reports everything that it printed, and the commands after it run",
  async () => {
    const failing = up({ fails: { create: `${printed}; exit 3` }, after: { create: "echo fine" } });
    const { message } = await failing.then(
      () => ({ message: "" }),
      (error: Error) => error,
    );
    expect(message).toContain("exit status 3");
    expect(message.split(line).length).toBeGreaterThan(bytes / 100);
    const { deployment } = await stack.exportStack();
    const made = deployment.resources.map(({ urn }: { urn: string }) => urn.split("::").at(-1));
    expect(made).toContain("after");
  },
  timeout,
);
