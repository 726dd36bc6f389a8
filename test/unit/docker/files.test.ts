import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { byOthers, calls, flagsOf, pathless, refused } from "../../../docker/server/fileCalls.js";
import { filesFor } from "../../../docker/server/files.js";
import { placesIn } from "../../../docker/server/places.js";
import { type Attack, attacks, reading, writing } from "./fileAttacks.ts";

type Files = typeof fs;

let base: string;
let work: string;
let files: Files;
let keeper: Files;
const secret = "secret of the server";

beforeEach(() => {
  base = fs.mkdtempSync("/tmp/files-test-");
  const instance = join(base, "volume/instances/default");
  work = join(instance, "workspaces/agent");
  for (const folder of [
    work,
    join(instance, "projects/acme"),
    join(instance, "secrets/deep"),
    join(instance, "companies/acme/agents/boss/instructions"),
    join(instance, "skills/acme"),
    join(base, "programs"),
    join(base, "tmp/run-1"),
    join(base, "tmp/run-2"),
  ])
    fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(join(instance, "secrets/master.key"), secret);
  fs.writeFileSync(join(instance, "skills/acme/SKILL.md"), "a skill");
  fs.writeFileSync(join(base, "programs/tool"), "a program");
  fs.writeFileSync(join(base, "tmp/run-2/file"), secret);
  fs.writeFileSync(join(work, "notes.txt"), "notes");
  const placeOf = placesIn({
    volume: join(base, "volume"),
    temporary: [join(base, "tmp")],
    programs: [join(base, "programs")],
  });
  files = filesFor(placeOf, []) as Files;
  keeper = filesFor(placeOf, ["secrets"]) as Files;
});

afterEach(() => fs.rmSync(base, { recursive: true }));

const at = (...names: string[]) => join(base, "volume/instances/default", ...names);

/** Everything below a folder of the server's, as text, to see that nothing has changed. */
const contents = (folder: string) =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode, mtimeMs, uid } = fs.lstatSync(path);
      return [path, mode, mtimeMs, uid, entry.isFile() ? fs.readFileSync(path, "utf8") : ""].join(" ");
    })
    .sort()
    .join("\n");

const open = () => fs.readdirSync("/proc/self/fd").length;

describe.each(attacks)("what an agent has set up: $name", ({ name, set }: Attack) => {
  test.each(reading.map((one) => [one.name, one] as const))("%s yields nothing of it", async (_, { run }) => {
    const path = set({ work, secrets: at("secrets"), base });
    const before = open();
    const found = await run(files, path, join(work, "spare")).then(
      (result) => JSON.stringify(result) ?? "",
      (error: NodeJS.ErrnoException) => {
        expect(["ELOOP", "EACCES", "ENXIO"], error.stack).toContain(error.code);
        expect(error.path).toBe(path);
        return "";
      },
    );
    expect(found, name).not.toContain(secret);
    expect(found, name).not.toContain("master.key");
    expect(open()).toBe(before);
  });

  test.each(writing.map((one) => [one.name, one] as const))(
    "%s changes nothing of it",
    async (_, { run }) => {
      const path = set({ work, secrets: at("secrets"), base });
      const before = contents(at("secrets"));
      const descriptors = open();
      await run(files, path, join(work, "spare")).catch(() => {});
      expect(contents(at("secrets"))).toBe(before);
      expect(open()).toBe(descriptors);
    },
  );
});

describe("everyday work", () => {
  test("links inside of workspaces and projects are followed, as npm makes them", async () => {
    fs.mkdirSync(join(work, "node_modules/.bin"), { recursive: true });
    fs.mkdirSync(join(work, "packages/tool"), { recursive: true });
    fs.writeFileSync(join(work, "packages/tool/cli.js"), "tool");
    fs.symlinkSync("../packages/tool", join(work, "node_modules/tool"));
    fs.symlinkSync("../tool/cli.js", join(work, "node_modules/.bin/tool"));
    const link = join(work, "node_modules/.bin/tool");
    expect(files.readFileSync(link, "utf8")).toBe("tool");
    expect(await files.promises.readFile(link, "utf8")).toBe("tool");
    expect(files.realpathSync(link)).toBe(join(work, "packages/tool/cli.js"));
    expect(files.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(files.readlinkSync(link)).toBe("../tool/cli.js");
    files.writeFileSync(link, "changed");
    expect(fs.readFileSync(join(work, "packages/tool/cli.js"), "utf8")).toBe("changed");
    fs.symlinkSync(at("projects/acme"), join(work, "project"));
    files.writeFileSync(join(work, "project/new"), "new");
    expect(fs.readFileSync(at("projects/acme/new"), "utf8")).toBe("new");
  });

  test("links to skills and to the image's programs are read and not written", () => {
    fs.symlinkSync(at("skills/acme"), join(work, "skill"));
    fs.symlinkSync(join(base, "programs/tool"), join(work, "tool"));
    expect(files.readFileSync(join(work, "skill/SKILL.md"), "utf8")).toBe("a skill");
    expect(files.readFileSync(join(work, "tool"), "utf8")).toBe("a program");
    expect(() => files.writeFileSync(join(work, "skill/SKILL.md"), "")).toThrow("ELOOP");
    expect(() => files.writeFileSync(join(work, "tool"), "")).toThrow("ELOOP");
  });

  test("paths that functions yield are the real ones", async () => {
    fs.mkdirSync(join(work, "in"));
    for (const entry of [
      ...files.readdirSync(work, { withFileTypes: true }),
      ...(await files.promises.readdir(work, { withFileTypes: true, recursive: true })),
    ])
      expect(join(entry.parentPath, entry.name)).toBe(join(work, entry.name));
    const made = files.mkdtempSync(join(work, "in/a-"));
    expect(made.startsWith(join(work, "in/a-"))).toBe(true);
    expect(fs.statSync(made).isDirectory()).toBe(true);
    expect(files.mkdtempSync(`${join(work, "in")}/`).startsWith(join(work, "in/"))).toBe(true);
    const folder = await files.promises.opendir(work);
    expect(folder.path).toBe(work);
    for await (const entry of folder) expect(entry.parentPath).toBe(work);
    const stream = files.createReadStream(join(work, "notes.txt"), "utf8");
    expect(stream.path).toBe(join(work, "notes.txt"));
    expect((await stream.toArray()).join("")).toBe("notes");
    expect(files.realpathSync.native(join(work, "in/../notes.txt"))).toBe(join(work, "notes.txt"));
  });

  test("paths are taken as texts, bytes and addresses", () => {
    const path = join(work, "notes.txt");
    const forms = (text: string) =>
      [text, Buffer.from(text), new Uint8Array(Buffer.from(text)), pathToFileURL(text)] as string[];
    for (const form of forms(path)) expect(files.readFileSync(form, "utf8")).toBe("notes");
    fs.symlinkSync(at("secrets/master.key"), join(work, "link"));
    const link = join(work, "link");
    for (const form of forms(link)) expect(() => files.readFileSync(form)).toThrow("ELOOP");
  });

  test("whole trees are made, copied, listed and removed", async () => {
    expect(files.mkdirSync(join(work, "a/b/c"), { recursive: true })).toBe(join(work, "a"));
    expect(files.mkdirSync(join(work, "a/b/c"), { recursive: true })).toBeUndefined();
    files.writeFileSync(join(work, "a/b/file"), "text", { mode: 0o400 });
    files.symlinkSync("b/file", join(work, "a/link"));
    await files.promises.cp(join(work, "a"), join(work, "copy/deep"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    expect(fs.readFileSync(join(work, "copy/deep/link"), "utf8")).toBe("text");
    expect(fs.statSync(join(work, "copy/deep/b/file")).mode & 0o777).toBe(0o400);
    const listed = fs.readdirSync(work, { recursive: true }).map(String).sort();
    expect(files.readdirSync(work, { recursive: true }).map(String).sort()).toEqual(listed);
    await files.promises.rm(join(work, "copy"), { recursive: true });
    files.rmSync(join(work, "a"), { recursive: true });
    files.rmSync(join(work, "a"), { recursive: true, force: true });
    expect(() => files.rmSync(join(work, "a"))).toThrow("ENOENT");
    expect(fs.readdirSync(work)).toEqual(["notes.txt"]);
  });

  test("files are made, appended to, exchanged and removed in each form", async () => {
    const path = join(work, "new");
    await files.promises.writeFile(path, "1", { flag: "wx" });
    await expect(files.promises.writeFile(path, "2", { flag: "wx" })).rejects.toThrow("EEXIST");
    files.appendFileSync(path, "2");
    await new Promise<void>((done, fail) =>
      files.appendFile(path, "3", (error) => (error ? fail(error) : done())),
    );
    files.renameSync(path, join(work, "other"));
    files.copyFileSync(join(work, "other"), path);
    expect(() => files.copyFileSync(join(work, "other"), path, fs.constants.COPYFILE_EXCL)).toThrow("EEXIST");
    const text = await new Promise((done) => files.readFile(path, "utf8", (_, read) => done(read)));
    expect(text).toBe("123");
    const handle = await files.promises.open(path, "r+");
    await handle.write("x");
    await handle.close();
    files.chmodSync(path, 0o600);
    files.utimesSync(path, 1, 1);
    files.truncateSync(path, 1);
    expect(files.statSync(path).size).toBe(1);
    files.unlinkSync(path);
    expect(files.existsSync(path)).toBe(false);
    expect(files.statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    const stream = files.createWriteStream(path);
    stream.end("stream");
    await once(stream, "close");
    expect(fs.readFileSync(path, "utf8")).toBe("stream");
  });
});

describe("private places", () => {
  test("are reached by their keepers only", () => {
    const key = at("secrets/master.key");
    expect(keeper.readFileSync(key, "utf8")).toBe(secret);
    keeper.writeFileSync(at("secrets/other"), "other");
    expect(() => files.readFileSync(key)).toThrow("EACCES");
    expect(() => files.writeFileSync(at("secrets/third"), "")).toThrow("EACCES");
    expect(files.existsSync(key)).toBe(false);
  });

  test("what is not there is said to be missing, as Paperclip often asks for what may be there", () => {
    expect(() => files.readFileSync(at("config.json"))).toThrow("ENOENT");
  });

  test("a keeper is led nowhere else by names with dots, and follows no agent's link", () => {
    fs.writeFileSync(at("config.json"), secret);
    fs.symlinkSync(at("secrets/master.key"), join(work, "link"));
    expect(() => keeper.readFileSync(at("secrets/../config.json"))).toThrow("EACCES");
    expect(() => keeper.readFileSync(join(work, "link"))).toThrow("ELOOP");
  });

  test("instructions and skills are read by everybody and written by keepers", () => {
    expect(files.readFileSync(at("skills/acme/SKILL.md"), "utf8")).toBe("a skill");
    expect(() => files.writeFileSync(at("skills/acme/SKILL.md"), "")).toThrow("EACCES");
    expect(files.readdirSync(at("companies/acme/agents/boss/instructions"))).toEqual([]);
    expect(() => files.readdirSync(at("companies/acme"))).toThrow("EACCES");
    expect(files.statSync(at("companies/acme")).isDirectory()).toBe(true);
  });

  test("a company's folder is made on the way to the instructions of its first agent", () => {
    const instructions = at("companies/new/agents/first/instructions");
    expect(() => files.mkdirSync(instructions, { recursive: true })).toThrow("EACCES");
    const writer = filesFor(placesIn({ volume: join(base, "volume") }), ["instructions"]) as Files;
    writer.mkdirSync(instructions, { recursive: true });
    writer.writeFileSync(join(instructions, "AGENTS.md"), "do");
    expect(files.readFileSync(join(instructions, "AGENTS.md"), "utf8")).toBe("do");
    expect(() => files.rmdirSync(at("companies/acme"))).toThrow("EACCES");
  });

  test("no other process and no other part of the machine is reached", () => {
    for (const path of [
      "/proc/self/environ",
      "/proc/1/environ",
      "/proc/self/maps",
      "/proc/self/root/etc/passwd",
      "/sys/kernel",
    ])
      expect(() => files.readFileSync(path), path).toThrow(/EACCES|ENOENT/);
  });

  test("a descriptor's name leads where its file is, and no further", () => {
    const descriptor = fs.openSync(at("secrets"), "r");
    expect(() => files.readFileSync(`/proc/self/fd/${descriptor}/master.key`)).toThrow("EACCES");
    expect(keeper.readFileSync(`/dev/fd/${descriptor}/master.key`, "utf8")).toBe(secret);
    fs.closeSync(descriptor);
  });
});

test("every file function of Node's that takes a path is known here", () => {
  const known = [...Object.keys(calls), ...refused, ...byOthers, ...pathless];
  const names = [...Object.keys(fs), ...Object.keys(fs.promises)]
    .filter((name) => typeof (fs as never)[name] === "function" || name in fs.promises)
    .map((name) => name.replace(/Sync$/, ""));
  expect(names.filter((name) => !known.includes(name) && name !== "constants")).toEqual([]);
});

test("flags are read as Node reads them", () => {
  const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_SYNC, O_WRONLY } = fs.constants;
  expect(flagsOf("xa")).toBe(O_WRONLY | O_CREAT | O_APPEND | O_EXCL);
  expect(flagsOf("sr+")).toBe(O_RDWR | O_SYNC);
  expect(flagsOf("z")).toBeUndefined();
});
