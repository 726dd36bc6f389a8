/**
 * An administrator of Paperclip can add code of their own to the server, which can then do everything that the server can. It never becomes
 * root. The tests try it with an adapter that is installed through Paperclip's API.
 */
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { type Outcome, outcomesOf, scriptOf } from "./attempts.ts";
import { serverAttempts } from "./serverAttempts.ts";

const adapter = "/paperclip/adapter-plugins/curious";
const found = "/tmp/found";
const names = serverAttempts.map(({ name }) => name);

/**
 * The adapter tries everything as soon as it is loaded. It does so in a forked process, because a program that the server starts directly
 * runs as `agent`.
 */
const files = {
  "package.json": JSON.stringify({ name: "curious", version: "1.0.0", type: "module", main: "index.js" }),
  "index.js": `
    import { fork } from "node:child_process";
    fork("${adapter}/try.js");
    const nothing = async () => ({});
    export const createServerAdapter = () => ({ type: "curious", execute: nothing, testEnvironment: nothing });`,
  "try.js": `
    import { execFile } from "node:child_process";
    import { renameSync, writeFileSync } from "node:fs";
    execFile("bash", ["/tmp/try.sh"], (_, found) => {
      writeFileSync("${found}.new", found);
      renameSync("${found}.new", "${found}");
      process.disconnect();
    });`,
};

let work: Workplace;
let plugin: Outcome[] = [];
let root: Outcome[] = [];

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage(), {
    tailscaleKey: "tskey-auth-canary",
    run: ["--tmpfs", "/.fly", "--env", "TAILSCALE_LOGIN_SERVER=http://127.0.0.1:1"],
  });
  const who = { name: "who it is", script: "id --user --name" };
  await work.put("/tmp/try.sh", scriptOf([who, ...serverAttempts]));
  await work.machine.exec("install", "-d", "-o", "paperclip", "-g", "paperclip", adapter);
  for (const [name, text] of Object.entries(files)) await work.put(`${adapter}/${name}`, text);
  await work.operator.ok("POST", "/api/adapters/install", { packageName: adapter, isLocalPath: true });
  const text = () => work.machine.exec("sh", "-c", `cat ${found} 2>/dev/null || true`);
  await pWaitFor(async () => (await text()) !== "", { interval: 500, timeout: 240_000 });
  plugin = outcomesOf(await text());
  root = outcomesOf(await work.machine.exec("bash", "/tmp/try.sh"));
});

afterAll(() => work?.stop());

const outcome = (list: Outcome[], name: string) => list.find((one) => one.name === name);

describe("an adapter that an administrator has installed", () => {
  test("is the server's user", () => {
    expect(outcome(plugin, "who it is")?.output).toBe("paperclip");
  });

  test.each(names)("cannot %s", (name) => {
    const { status, output } = outcome(plugin, name) ?? {};
    expect(status, output).toBeGreaterThan(0);
  });
});

test.each(names)("root can %s: the attempt is a real one", (name) => {
  const { status, output } = outcome(root, name) ?? {};
  expect(status, output).toBe(0);
});

/** Runs a script as root; returns its lines, sorted. */
const lines = async (script: string) =>
  (await work.machine.exec("bash", "-c", script)).split("\n").filter(Boolean).sort();

test("one program runs with root's rights whoever starts it, and only the server is allowed to start it", async () => {
  expect(await lines("find / -xdev -type f -perm /6000 -printf '%m %U:%g %p\\n'")).toEqual([
    "4750 0:paperclip /usr/bin/sudo",
  ]);
});

test.each([
  ["paperclip", ["/run/postgresql/.s.PGSQL.5432"]],
  ["agent", ["/run/paperclip-homes"]],
  ["postgres", ["/run/postgresql"]],
])(
  "outside of the volume the user %s writes only where everybody keeps temporary files, and in its own",
  async (user, own) => {
    const shared = ["/tmp", "/var/tmp", "/run/lock"];
    const places = [...shared, ...own].map((place) => `-path ${place}`).join(" -o ");
    const search = `find / -xdev -mindepth 1 \\( ${places} \\) -print -prune -o \\( -path /proc -o -path /dev -o -path /sys \\) -prune -o`;
    const found = await lines(
      `setpriv --reuid=${user} --regid=${user} --init-groups ${search} -writable ! -type l -print 2>/dev/null || true
       ${search} -user ${user} -print`,
    );
    expect([...new Set(found)].sort()).toEqual([...shared, ...own].sort());
  },
);

test("no process of root's has its working directory in a folder of another user's", async () => {
  const folders = `for process in /proc/[0-9]*; do
    if [ "$(stat --format=%u $process 2>/dev/null)" = 0 ]; then stat --dereference --format='%U %n' $process/cwd; fi
  done 2>/dev/null || true`;
  expect((await lines(folders)).filter((line) => !line.startsWith("root "))).toEqual([]);
});

test("of what the start has open, the database gets only the log's output; the server also gets its port and the pipe for its pulse", async () => {
  const open = (pattern: string, files = "*") =>
    lines(`for file in /proc/$(pgrep --oldest --full "${pattern}")/fd/${files}; do readlink $file; done`);
  const starts = await open("bash /usr/local/bin/paperclip-start");
  const ofStart = async (pattern: string) =>
    [...new Set(await open(pattern))].filter((one) => /^(pipe|socket):/.test(one) && starts.includes(one));
  const output = await open("bash /usr/local/bin/paperclip-start", "[12]");
  expect(await ofStart("bin/postgres -D")).toEqual(output);
  const server = "@paperclipai/server";
  expect(await ofStart(server)).toEqual([...output, ...(await open(server, "[35]"))].sort());
});
