import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Attack, attacks, reading, writing } from "./fileAttacks.ts";
import { type Files, makeTree, secret } from "./fileTree.ts";

let base: string;
let work: string;
let files: Files;
let at: (...names: string[]) => string;

beforeEach(() => {
  ({ base, work, files, at } = makeTree());
});

afterEach(() => fs.rmSync(base, { recursive: true }));

/** Everything below a folder of the server's, as text, to show that nothing has changed. */
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
