import fs from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

// Each test starts a process, which possibly shares a busy core.
vi.setConfig({ testTimeout: 120_000 });

const server = join(import.meta.dirname, "../../../docker/server");
let base: string;
let work: string;
let installed: string;

beforeEach(() => {
  base = fs.mkdtempSync("/tmp/code-test-");
  work = join(base, "instances/default/workspaces/agent");
  installed = join(base, "adapter-plugins/node_modules/tool");
  for (const folder of [work, installed]) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(join(folder, "package.json"), '{"name":"tool","type":"module"}');
    fs.writeFileSync(join(folder, "index.js"), 'console.log("ran"); process.disconnect?.();');
    fs.writeFileSync(join(folder, "index.cjs"), 'console.log("ran"); process.disconnect?.();');
  }
});

afterEach(() => fs.rmSync(base, { recursive: true }));

/** Runs code in a server whose volume is the test's. */
async function inServer(text: string): Promise<string> {
  const code = `
    import { createRequire } from "node:module";
    import childProcess from "node:child_process";
    import { Worker } from "node:worker_threads";
    import { installCode } from ${JSON.stringify(join(server, "code.js"))};
    import { installFiles } from ${JSON.stringify(join(server, "files.js"))};
    import { placesIn } from ${JSON.stringify(join(server, "places.js"))};
    const places = placesIn({ volume: ${JSON.stringify(base)}, temporary: [] });
    const keeper = installFiles(places);
    installCode(places);
    const require = createRequire("/");
    ${text}`;
  fs.writeFileSync(join(base, "server.mjs"), code);
  const { stdout, stderr } = await execa("node", [join(base, "server.mjs")], { reject: false });
  return stdout + stderr;
}

/** Ways to make the server run a file. */
const ways: [string, (path: string) => string][] = [
  ["an import", (path) => `await import("file://${path}/index.js");`],
  ["an import by its package", (path) => `createRequire("${path}/index.js")("./index.cjs");`],
  ["a require", (path) => `require("${path}/index.cjs");`],
  ["a worker", (path) => `new Worker("${path}/index.js");`],
  ["a process of the server's", (path) => `childProcess.fork("${path}/index.js", [], { execArgv: [] });`],
  [
    "an import in a worker",
    (path) => `new Worker('import("file://${path}/index.js")', { eval: true, execArgv: [] });`,
  ],
];

test.each(ways)("%s runs no code of a workspace, and the refusal says why", async (_, load) => {
  const said = await inServer(load(work));
  expect(said).not.toContain("ran");
  expect(said).toContain("the server runs nothing from there");
});

test.each(ways)("%s runs no code that a link in an installed package leads to", async (_, load) => {
  fs.rmSync(installed, { recursive: true });
  fs.symlinkSync(work, installed);
  expect(await inServer(load(installed))).not.toContain("ran");
});

test.each(ways.slice(0, 3))("%s runs what an administrator has installed", async (_, load) => {
  expect(await inServer(load(installed))).toContain("ran");
});

// The test's volume is in /tmp. The functions of a thread or a process of the server's know that agents write there.
test.each(ways.slice(3))("%s begins with functions of its own that judge", async (_, load) => {
  expect(await inServer(load(installed))).toContain("the server runs nothing from there");
});

test("a thread and a process of the server's have its file functions", async () => {
  const read =
    'try { require("node:fs").readFileSync("/proc/self/environ") } catch ({ code }) { console.log(code) }';
  expect(await inServer(`new Worker(${JSON.stringify(read)}, { eval: true, execArgv: [] });`)).toContain(
    "EACCES",
  );
});

test("functions that reach files through other functions are led nowhere either", async () => {
  const secrets = join(base, "instances/default/secrets");
  fs.mkdirSync(secrets);
  fs.writeFileSync(join(secrets, "master.key"), "secret of the server");
  fs.writeFileSync(join(work, "notes"), "notes of the agent");
  fs.symlinkSync(secrets, join(work, "out"));
  const said = await inServer(`
    import fs from "node:fs";
    process.chdir(${JSON.stringify(work)});
    console.log(fs.globSync("n*"), fs.globSync("out/*"), fs.globSync("**"), fs.globSync(${JSON.stringify(`${secrets}/*`)}));
    for await (const name of fs.promises.glob("out/*")) console.log(name);
    for await (const name of fs.promises.glob("*", { cwd: ${JSON.stringify(secrets)} })) console.log(name);
    fs.glob("out/*", (_, names) => console.log(names));
    for (const name of ["notes", "out/master.key"])
      await new fs.ReadStream(name).toArray().then((parts) => console.log(String(parts[0])), ({ code }) => console.log(code));
    const stream = new fs.Utf8Stream({ dest: "out/new" });
    stream.on("error", ({ code }) => console.log("utf8", code));
  `);
  expect(said).toContain("[ 'notes' ]");
  expect(said).toContain("notes of the agent");
  expect(said).toContain("utf8 ELOOP");
  expect(said).not.toContain("master.key");
  expect(said).not.toContain("secret of the server");
  expect(fs.readdirSync(secrets)).toEqual(["master.key"]);
});

test("a keeper's functions work beside those that replace Node's", async () => {
  fs.mkdirSync(join(base, "instances/default/secrets"));
  const said = await inServer(`
    import fs from "node:fs";
    const kept = keeper("secrets");
    const path = ${JSON.stringify(join(base, "instances/default/secrets/key"))};
    kept.writeFileSync(path, "1");
    kept.writeFileSync(path, Buffer.from("2"), { mode: 0o600 });
    kept.appendFileSync(path, "3");
    await new Promise((over) => kept.appendFile(path, "4", over));
    await new Promise((over) => kept.truncate(path, 3, over));
    await kept.promises.appendFile(path, "5");
    kept.truncateSync(path, 3);
    const stream = kept.createWriteStream(path, { flags: "a" });
    stream.end("6");
    await new Promise((over) => stream.on("close", over));
    const streamed = await kept.createReadStream(path, "utf8").toArray();
    console.log(kept.readFileSync(path, "latin1"), kept.readFileSync(path).toString(), streamed.join(""));
    console.log(kept.existsSync(path), fs.existsSync(path), await new Promise((over) => fs.exists(path, over)));
    for (const act of [() => fs.writeFileSync(path, "bad"), () => fs.readFileSync(path), () => fs.appendFileSync(path, "bad")])
      try { act(); console.log("bad"); } catch ({ code }) { console.log(code); }
  `);
  expect(said).toContain("2346 2346 2346");
  expect(said).toContain("true false false");
  expect(said).not.toContain("bad");
});
