import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Machine } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** Which user the programs run as that the server starts. */
let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
});

afterAll(() => machine?.remove());

const dist = "/usr/local/lib/paperclip/node_modules/@paperclipai/server/dist";

/** Runs JavaScript as the server, with `cp` for node:child_process; returns what it prints. */
function asServer(script: string): Promise<string> {
  const program = `
    process.env.PAPERCLIP_ON_FLY_AGENTS_GET = "PATH HOME";
    (await import("${dist}/programs.js")).installPrograms();
    const cp = await import("node:child_process");
    const { promisify } = await import("node:util");
    ${script}`;
  const user = [
    "setpriv",
    "--reuid=paperclip",
    "--regid=paperclip",
    "--init-groups",
    "--inh-caps=+kill",
    "--ambient-caps=+kill",
  ];
  const env = [
    "env",
    "--ignore-environment",
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "HOME=/paperclip/home",
    "PGHOST=/run/postgresql",
  ];
  return machine.exec(...user, ...env, "KEY=canary", "node", "--input-type=module", "--eval", program);
}

const who = '"id", ["--user", "--name"]';

describe("what is started with", () => {
  test.each([
    [
      "spawn",
      `const child = cp.spawn(${who}, { stdio: "inherit" }); await new Promise((over) => child.on("close", over));`,
    ],
    [
      "spawn through a shell",
      `const child = cp.spawn("id --user --name", { shell: true, stdio: "inherit" }); await new Promise((over) => child.on("close", over));`,
    ],
    ["spawnSync", `process.stdout.write(cp.spawnSync(${who}).stdout);`],
    [
      "execFile",
      `await new Promise((over) => cp.execFile(${who}, (_, out) => over(process.stdout.write(out))));`,
    ],
    [
      "execFile as a promise",
      `process.stdout.write((await promisify(cp.execFile)(${who}, { timeout: 10_000 })).stdout);`,
    ],
    ["execFileSync", `process.stdout.write(cp.execFileSync(${who}));`],
    [
      "exec",
      `await new Promise((over) => cp.exec("id --user --name", (_, out) => over(process.stdout.write(out))));`,
    ],
    ["exec as a promise", `process.stdout.write((await promisify(cp.exec)("id --user --name")).stdout);`],
    ["execSync", `process.stdout.write(cp.execSync("id --user --name"));`],
    [
      "exec in a shell of its choice",
      `await new Promise((over) => cp.exec('[[ $BASH ]] && id --user --name', { shell: "/bin/bash" }, (_, out) => over(process.stdout.write(out))));`,
    ],
    [
      "require's spawnSync",
      `process.stdout.write(process.getBuiltinModule("node:child_process").spawnSync(${who}).stdout);`,
    ],
  ])("%s is the agent's", async (_, script) => {
    expect(await asServer(script)).toBe("agent");
  });
});

test("none of the server's variables is passed on, but a variable of the same name that Paperclip gives to an agent is", async () => {
  const script = `for (const env of [undefined, { ...process.env, KEY: "its own" }]) process.stdout.write(cp.execFileSync("sh", ["-c", 'echo "$KEY,$PGHOST"'], { env }));`;
  expect(await asServer(script)).toBe(",\nits own,");
});

test("a program that is not there is an error, and one that takes too long is ended", async () => {
  const missing = `console.log((await promisify(cp.execFile)("nonesuch").catch((error) => error)).code);`;
  expect(await asServer(missing)).toBe("127");
  const slow = `console.log((await promisify(cp.execFile)("sleep", ["600"], { timeout: 500 }).catch((error) => error)).signal);`;
  expect(await asServer(slow)).toBe("SIGTERM");
});

describe("a program that ends without reading what it is given does not end the server, started with", () => {
  // More than any pipe holds, so that some of it is still unsent.
  const given = '"x".repeat(1_000_000)';

  test.each([
    ["spawn", `const child = cp.spawn("true");`],
    ["execFile", `const child = cp.execFile("true");`],
    ["execFile as a promise", `const { child } = promisify(cp.execFile)("true");`],
    ["exec", `const child = cp.exec("true");`],
  ])("%s", async (_, start) => {
    const script = `${start} child.stdin.end(${given}); await new Promise((over) => child.on("close", over)); console.log("it goes on");`;
    expect(await asServer(script)).toBe("it goes on");
  });

  test("spawn, by a server that is too busy to notice its end before sending", async () => {
    const busy = `const { pid } = child; while (cp.spawnSync("ps", ["-o", "stat=", "-p", pid]).stdout.toString()[0] !== "Z");`;
    const script = `const child = cp.spawn("true"); ${busy} child.stdin.end("a prompt"); await new Promise((over) => child.on("close", over)); console.log("it goes on");`;
    expect(await asServer(script)).toBe("it goes on");
  });
});

test("a repository's settings, which name programs, get no further than the agent that wrote them", async () => {
  const repository = "/paperclip/instances/default/workspaces/repository";
  const asAgent = [
    "setpriv",
    "--reuid=agent",
    "--regid=agent",
    "--clear-groups",
    "env",
    "HOME=/paperclip/agents",
  ];
  await machine.exec(...asAgent, "git", "init", "--quiet", repository);
  await machine.exec(
    ...asAgent,
    "git",
    "-C",
    repository,
    "config",
    "core.fsmonitor",
    "id --user --name > who; false",
  );
  await asServer(`cp.execFileSync("git", ["-C", "${repository}", "status"])`);
  expect(await machine.exec("cat", `${repository}/who`)).toBe("agent");
});

test("the server's own pg_dump reaches the database, under a name that nobody else knows", async () => {
  const args =
    '["--schema-only", "--dbname=postgres:///paperclip"], { env: { ...process.env, PGUSER: "paperclip" }, maxBuffer: 1e9 }';
  const own = `console.log(String(cp.execFileSync(process.env.PAPERCLIP_PG_DUMP_PATH, ${args})).includes("CREATE TABLE"));`;
  expect(await asServer(own)).toBe("true");
  const others = `console.log(cp.spawnSync("pg_dump", ${args}).status);`;
  expect(await asServer(others)).toBe("1");
});

describe("npm without variables of its own, as for what an administrator adds,", () => {
  test.each([
    ["installs as the server", "install", "paperclip"],
    ["uninstalls as the server", "uninstall", "paperclip"],
    ["does all else as the agent, whose settings can name it as a program", "--version", "agent"],
  ])("%s", async (_, command, user) => {
    const npm = "/tmp/npm-of-test/npm";
    await machine.exec(
      "sh",
      "-c",
      `mkdir -p "$(dirname ${npm})" && printf '#!/bin/sh\nid --user --name\n' >${npm} && chmod -R 755 "$(dirname ${npm})"`,
    );
    const script = `process.env.PATH = "/tmp/npm-of-test:" + process.env.PATH;
      process.stdout.write(cp.spawnSync("npm", ["${command}"]).stdout);`;
    expect((await asServer(script)).trim()).toBe(user);
  });
});

describe("a commit that nobody signs", () => {
  const alice = "a1234567-1234-1234-1234-123456789abc";
  const bob = "b1234567-1234-1234-1234-123456789abc";
  const homes = "/paperclip/agents";

  /** Runs a script in a program that the server starts for an agent. */
  const forAgent = (id: string, name: string, script: string) =>
    asServer(`const { ofAgent } = await import("${dist}/runs.js");
      const { PATH } = process.env;
      const start = () => cp.execFileSync("sh", ["-c", ${JSON.stringify(script)}], { cwd: "/tmp", env: { PATH } });
      process.stdout.write(ofAgent("${id}", start, { agent: { name: ${JSON.stringify(name)} } }));`);

  test.each([
    ["Alice"],
    ["Jörg Müller"],
    ["🦄 & 👩‍💻"],
    ['"quoted", [core] # ; $(id) `id` % \\ x'],
    ["two\nlines", "two lines"],
    ["   ", "Agent"],
  ])("is the agent's own: %j", async (name, line = name) => {
    const found = await forAgent(alice, name, "git var GIT_AUTHOR_IDENT; git var GIT_COMMITTER_IDENT");
    const ident = `${line.replace(/^"/, "")} <${alice}@agents.invalid>`;
    expect(found.replaceAll(/ \d+ \+0000$/gm, "")).toBe(`${ident}\n${ident}`);
  });

  test("is the agent's with an account of its own, whose home is another one, and so are npm's packages", async () => {
    const start = `const { ofAgent } = await import("${dist}/runs.js");
      const options = { cwd: "/tmp", env: { PATH: process.env.PATH, HOME: "/tmp" } };
      const start = () => cp.execFileSync("sh", ["-c", 'echo "$NPM_CONFIG_PREFIX"; git var GIT_AUTHOR_IDENT'], options);
      process.stdout.write(ofAgent("${alice}", start, { agent: { name: "Alice" } }));`;
    expect(await asServer(start)).toMatch(
      new RegExp(`^${homes}/${alice}/.local\\nAlice <${alice}@agents.invalid> `),
    );
  });

  test("is Paperclip's in what the server does for no agent, and leaves out what Paperclip writes into a workspace", async () => {
    const script = `set -e; cd $(mktemp -d); git init -q; mkdir -p .claude a/.claude
      echo {} | tee .claude/settings.json .claude/settings.local.json >a/.claude/settings.local.json
      git add -A; git commit -qm rescue; git log --format='%an <%ae>'; git ls-files`;
    expect(
      await asServer(`process.stdout.write(cp.execFileSync("sh", ["-c", ${JSON.stringify(script)}]));`),
    ).toBe("Paperclip <paperclip@agents.invalid>\n.claude/settings.json");
  });

  test("makes no file in the home of another agent whom this one's links lead to", async () => {
    await forAgent(bob, "Bob", "true");
    const trap = "cd; rm -rf .config; ln -s ../BOB .config; ls -d .config".replace("BOB", bob);
    expect(await forAgent(alice, "Alice", trap)).toBe(".config");
    const before = await machine.exec("find", `${homes}/${bob}`);
    expect(await forAgent(alice, "Alice anew", "git var GIT_AUTHOR_IDENT")).toContain("Paperclip <");
    expect(await machine.exec("find", `${homes}/${bob}`)).toBe(before);
    expect(await forAgent(alice, "Alice anew", "rm ~/.config; true")).toBe("");
    expect(await forAgent(alice, "Alice anew", "git var GIT_AUTHOR_IDENT")).toContain("Alice anew <");
  });

  test("keeps no program from starting that finds a pipe in its file's place", async () => {
    await forAgent(bob, "Bob", "cd ~/.config/paperclip-on-fly && rm gitconfig && mkfifo gitconfig");
    expect(await forAgent(bob, "Bob", "git var GIT_AUTHOR_IDENT")).toContain("Bob <");
  });
});

test("the server finds out which program has a port, as the agent's user, though no agent sees another's", async () => {
  const listen = 'require("node:net").createServer().listen(4321, () => console.log("listens"))';
  const script = `const { asImagesOwn, ofAgent } = await import("${dist}/runs.js");
    const start = () => cp.spawn("node", ["-e", ${JSON.stringify(listen)}], { cwd: "/tmp", env: { PATH: process.env.PATH } });
    const child = ofAgent("a1234567-1234-1234-1234-123456789abc", start, { agent: { name: "Alice" } });
    await new Promise((listens) => child.stdout.once("data", listens));
    const owner = (options) => cp.spawnSync("lsof", ["-nP", "-iTCP:4321", "-sTCP:LISTEN", "-t"], options).stdout.toString().trim();
    console.log(owner(asImagesOwn({})) === String(child.pid), owner({}) === "");
    child.kill("SIGKILL");`;
  expect(await asServer(script)).toBe("true true");
});
