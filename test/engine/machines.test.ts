/** Several machines work on one stack. Their checkouts, Docker and Node.js differ. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkOut, repositoryOf } from "../support/checkouts.ts";
import { type DockerSocket, dockerSocket } from "../support/dockerSocket.ts";
import { oldNode } from "../support/oldNode.ts";
import { expectSuccess, type Run, root, TestStack } from "./testStack.ts";

let stack: TestStack;
let folder: string;
let repository: string;
let laptop: string;
/** The laptop's Docker, at an address that only its user has. */
let laptopsDocker: string;
let socket: DockerSocket;

/** The program with an image that builds in a second. Each file's mode goes into the image. */
async function makeRepository(): Promise<string> {
  const base = await stack.pushImage();
  const apart = ["node_modules", ".git", ".local", "test", "test-results", "local", "bench", "docs"];
  const paths = (await readdir(root)).filter((name) => !apart.includes(name));
  return repositoryOf(folder, paths, async (made) => {
    const docker = join(made, "docker");
    await rm(docker, { recursive: true });
    await mkdir(join(docker, "lib"), { recursive: true });
    await writeFile(join(docker, "Dockerfile"), `FROM ${base}\nCOPY . /context/\n`);
    await writeFile(join(docker, "lib/part.txt"), "a part\n");
    await writeFile(join(docker, "run.sh"), "#!/bin/sh\n");
    await chmod(join(docker, "run.sh"), 0o755);
  });
}

async function machine(name: string, umask: string): Promise<string> {
  const checkout = await checkOut(repository, join(folder, name), { umask });
  await symlink(join(root, "node_modules"), join(checkout, "node_modules"));
  return checkout;
}

/** Runs pulumi in a checkout, with variables of that machine. */
const pulumi = (checkout: string, words: string[], variables: Record<string, string | undefined> = {}) =>
  stack.pulumi(words, { cwd: checkout, env: { ...stack.env, ...variables } as Record<string, string> });
const up = ["up", "--yes", "--skip-preview"];

const expectUnchanged = async (run: Run) => {
  expectSuccess(run);
  expect(run.output).toMatch(/Resources:\s+\d+ unchanged/);
  expect(await stack.flyctl.calls()).toEqual([]);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "machines-"));
  stack = await TestStack.create();
  await stack.configure({ image: undefined });
  repository = await makeRepository();
  laptop = await machine("laptop", "002");
  socket = await dockerSocket(join(folder, "laptop.sock"));
  laptopsDocker = socket.host;
  expectSuccess(await pulumi(laptop, up, { DOCKER_HOST: laptopsDocker }));
});

beforeEach(() => stack.flyctl.forget());

afterAll(async () => {
  socket?.close();
  const { stdout } = await execa("docker", [
    "image",
    "ls",
    "--quiet",
    "--filter",
    `reference=*/${stack?.appName}`,
  ]);
  if (stdout)
    await execa("docker", ["image", "rm", "--force", ...new Set(stdout.split("\n"))], { reject: false });
  await stack?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe("the next machine builds and changes nothing", () => {
  test.each(["022", "077"])("when its umask is %s and its Docker at another address", async (umask) => {
    await expectUnchanged(await pulumi(await machine(`umask-${umask}`, umask), up));
  });

  test("and is told by a preview that nothing would change", async () => {
    const run = await pulumi(laptop, ["preview", "--expect-no-changes"], { DOCKER_HOST: laptopsDocker });
    expectSuccess(run);
  });
});

test("the state names no path, socket or home of the machine that made it", async () => {
  const state = await stack.state();
  expect(state).toContain("docker:index/image:Image");
  // With the surrounding text, because nobody reads a whole state.
  const around = (own: string) => {
    const at = state.indexOf(own);
    return at === -1 ? [] : [state.slice(Math.max(0, at - 200), at + own.length + 40)];
  };
  // The repository's own folder is not in the list: the checkouts here have their packages there, and the stack itself is of Pulumi's
  // package.
  const own = [folder, homedir(), tmpdir(), "docker.sock", "laptop.sock", "DOCKER_HOST"];
  expect(own.flatMap(around)).toEqual([]);
  // The paths of fly.toml are in the Fly.io machine. A comment in the tailnet's policy is not a path.
  const paths = [...state.matchAll(/"((?:\/(?!\/|paperclip\b|api\/)|file:|unix:)[^"]*)"/g)].map(
    ([, path]) => path,
  );
  expect(paths).toEqual([]);
});

describe("a machine whose docker uses a context where Pulumi's provider does not look", () => {
  let elsewhere: Record<string, string | undefined>;

  beforeAll(async () => {
    elsewhere = { DOCKER_HOST: undefined, DOCKER_CONFIG: join(folder, "docker-config") };
    const docker = (...words: string[]) =>
      execa("docker", words, { env: elsewhere as Record<string, string> });
    await docker("context", "create", "colima", "--docker", `host=${laptopsDocker}`);
    await docker("context", "use", "colima");
  });

  test("is told so before anything is made", async () => {
    const run = await pulumi(laptop, up, elsewhere);
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain("needs one thing fixed");
    expect(run.output).not.toMatch(/^\s+at /m);
    expect(await stack.flyctl.calls()).toEqual([]);
  });

  test("can preview all the same", async () => {
    expectSuccess(await pulumi(laptop, ["preview"], elsewhere));
  });

  test("continues after the command that it is told", async () => {
    const { output } = await pulumi(laptop, up, elsewhere);
    const advice = output.split("\n").find((line) => line.trim().startsWith("export DOCKER_HOST="));
    const typed = await execa("bash", ["-c", `${advice}; printf %s "$DOCKER_HOST"`], {
      env: elsewhere as Record<string, string>,
    });
    expect(typed.stdout).toBe(laptopsDocker);
    await expectUnchanged(await pulumi(laptop, up, { ...elsewhere, DOCKER_HOST: typed.stdout }));
  });
});

describe("a refresh on a machine without Docker", () => {
  const none = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };

  test("says that it wants a daemon", async () => {
    const run = await pulumi(laptop, ["refresh", "--yes", "--skip-preview"], none);
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain("failed to connect to any docker daemon");
  });

  test("continues without the image with the command that README has", async () => {
    const readme = await readFile(join(root, "README.md"), "utf8");
    const [, exclude = ""] = /`pulumi refresh --exclude '(.*)'`/.exec(readme) ?? [];
    expectSuccess(await pulumi(laptop, ["refresh", "--yes", "--skip-preview", "--exclude", exclude], none));
    await expectUnchanged(await pulumi(laptop, up, { DOCKER_HOST: laptopsDocker }));
  });
});

describe("a machine whose Node.js is too old", () => {
  let old: Record<string, string>;
  let sentence: string;

  beforeAll(async () => {
    const { folder: bin, version } = await oldNode(folder);
    old = { PATH: [bin, stack.env.PATH].join(delimiter) };
    sentence = `the first \`node\` on the PATH is ${version}`;
  });

  test("gets one sentence from an update", async () => {
    const run = await pulumi(laptop, up, old);
    expect(run.exitCode).not.toBe(0);
    // Pulumi prints an error when it happens, and once more at the end.
    expect(run.output.split(sentence)).toHaveLength(3);
    expect(run.output).not.toMatch(/^\s+at |ERR_UNKNOWN_FILE_EXTENSION/m);
    expect(await stack.flyctl.calls()).toEqual([]);
  });

  test("gets it from a destroy, which destroys nothing", async () => {
    const run = await pulumi(laptop, ["destroy", "--yes", "--skip-preview"], old);
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain(sentence);
    expect(run.output).not.toContain("ERR_UNKNOWN_FILE_EXTENSION");
    expect(await stack.flyctl.calls()).toEqual([]);
    expect(await stack.fly<object[]>("machine", "list", "-a", stack.appName)).toHaveLength(1);
  });
});
