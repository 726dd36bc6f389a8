import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stackOutputs } from "../../../ops/stackOutputs.ts";

const root = join(import.meta.dirname, "../../..");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "trouble-with-pulumi-"));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const install = "curl -fsSL https://get.pulumi.com | sh";

/** The only `pulumi` of the PATH. */
async function pulumi(text: string, mode = 0o755): Promise<void> {
  const file = join(folder, "pulumi");
  await writeFile(file, text);
  await chmod(file, mode);
}

/** What doctor says of it, as an error. */
async function said(stack?: string): Promise<string> {
  vi.stubEnv("PATH", [folder, "/usr/bin", "/bin"].join(delimiter));
  const error = await stackOutputs(stack).catch((error: Error) => error);
  vi.unstubAllEnvs();
  return error instanceof Error ? error.message : "no error";
}

describe("an operator whose Pulumi does not answer is told so in one message with the command that fixes it:", () => {
  test("there is none", async () => {
    expect(await said()).toBe(`pulumi is not on the PATH. Install it: ${install}`);
  });

  const broken = `Install it again: ${install}`;
  test.each<[string, string, number, string]>([
    [
      "it is not executable",
      "#!/bin/sh\n",
      0o644,
      `The pulumi on the PATH does not work (EACCES). ${broken}`,
    ],
    ["its interpreter is missing", "#!/nowhere/sh\n", 0o755, `does not work (ENOENT). ${broken}`],
    ["it is for another computer", "\u007fELF\u0002", 0o755, broken],
    ["it ends without a word", "#!/bin/sh\nexit 1\n", 0o755, `(ended with exit code 1). ${broken}`],
    ["it starts what is not there", "#!/bin/sh\nexit 127\n", 0o755, `(ended with exit code 127). ${broken}`],
    ["what it starts says so", "#!/bin/sh\nno-such-program\n", 0o755, broken],
    ["something kills it", "#!/bin/sh\nkill -9 $$\n", 0o755, `(was ended by SIGKILL). ${broken}`],
    ["it prints nothing", "#!/bin/sh\n", 0o755, `(ended with exit code 0). ${broken}`],
    [
      "no stack is selected",
      "#!/bin/sh\necho 'error: no stack selected; please choose one' >&2; exit 255\n",
      0o755,
      "no stack selected; please choose one\nSelect it: pulumi stack select NAME. Or name it: npm run doctor -- --stack NAME",
    ],
    [
      "there is no such stack",
      "#!/bin/sh\necho \"error: no stack named 'acme' found\" >&2; exit 255\n",
      0o755,
      "The stacks are: pulumi stack ls",
    ],
    [
      "nobody is logged in",
      "#!/bin/sh\necho 'error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions' >&2; exit 3\n",
      0o755,
      "pulumi login",
    ],
    [
      "the passphrase is missing",
      "#!/bin/sh\necho 'error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE' >&2; exit 255\n",
      0o755,
      "export PULUMI_CONFIG_PASSPHRASE_FILE=FILE",
    ],
    ["the stack is not complete", "#!/bin/sh\necho '{}'\n", 0o755, "Run: pulumi up"],
  ])("%s", async (_, text, mode, message) => {
    await pulumi(text, mode);
    expect(await said()).toContain(message);
  });
});

test("doctor asks for the repository's stack, wherever it is started", async () => {
  await pulumi('#!/bin/sh\necho "error: asked in $PWD: $*" >&2; exit 1\n');
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  expect(await said("acme")).toBe(`asked in ${root}: stack output --json --stack acme`);
});

test("that message is seen also when npm is told to be silent and the output goes through a pipe, and it is no success", async () => {
  await pulumi("#!/bin/sh\nexit 127\n");
  const line = `set -o pipefail; PATH="$FOLDER:$PATH" npm run --silent doctor 2>&1 | cat`;
  const env = { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), FOLDER: folder };
  const { exitCode, stdout } = await execa("bash", ["-c", line], { cwd: root, env, reject: false });
  expect([exitCode, stdout]).toEqual([
    1,
    `The pulumi on the PATH does not work (ended with exit code 127). Install it again: ${install}`,
  ]);
});
