import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { environmentLines, forgetDeadLocks, wholeEnvironment } from "../../../local/devStack.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dev-stack-"));
});

afterEach(() => rm(folder, { recursive: true }));

const stack = {
  name: "dev",
  env: { PULUMI_BACKEND_URL: "file:///state" },
  args: ["--stack", "dev", "--config-file", "/project/Pulumi.dev.yaml"],
};

test("pulumi and flyctl work on the stack without a flag: its name, its settings and its app are in the environment", () => {
  expect(wholeEnvironment(stack, "paperclip-dev")).toEqual({
    PULUMI_BACKEND_URL: "file:///state",
    PULUMI_STACK: "dev",
    PULUMI_OPTION_CONFIG_FILE: "/project/Pulumi.dev.yaml",
    FLY_APP: "paperclip-dev",
  });
  expect(wholeEnvironment(stack, undefined)).not.toHaveProperty("FLY_APP");
});

test("a shell that sources the file gets every value as it is", async () => {
  const values = { PLAIN: "a", ODD: 'it\'s $HOME `id` "x"\nand more', EMPTY: "" };
  await writeFile(join(folder, "env.sh"), environmentLines(values));
  const print =
    "process.stdout.write(JSON.stringify([process.env.PLAIN, process.env.ODD, process.env.EMPTY]))";
  const line = `. ./env.sh && "${process.execPath}" --eval '${print}'`;
  const { stdout } = await execa("sh", ["-c", line], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual(Object.values(values));
});

describe("a lock of the stack", () => {
  const locks = () => join(folder, ".pulumi/locks/organization/paperclip/dev");
  const lock = async (name: string, pid: number | undefined) => {
    await mkdir(locks(), { recursive: true });
    await writeFile(join(locks(), `${name}.json`), JSON.stringify({ pid, username: "a", hostname: "b" }));
  };

  test("is removed when its Pulumi is gone, also where another program has its process id now", async () => {
    await lock("gone", 2 ** 22 + 1);
    await lock("another", process.pid);
    await forgetDeadLocks(folder);
    expect(await readdir(locks())).toEqual([]);
  });

  test("stays as long as its Pulumi runs", async () => {
    const program = join(folder, "pulumi");
    await copyFile("/bin/sleep", program);
    const child = spawn(program, ["60"]);
    try {
      await lock("held", child.pid);
      await forgetDeadLocks(folder);
      expect(await readdir(locks())).toEqual(["held.json"]);
    } finally {
      child.kill();
    }
  });

  test("is no trouble where there has been none", async () => {
    await expect(forgetDeadLocks(folder)).resolves.toBeUndefined();
  });
});
