import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";

type Files = typeof fs;

/** Something that an agent sets up in its workspace. `set` returns the path in the workspace that leads outside when it is followed. */
export interface Attack {
  name: string;
  set: (where: { work: string; secrets: string; base: string }) => string;
}

export const attacks: Attack[] = [
  {
    name: "a link to a file of the server's",
    set: ({ work, secrets }) => link(join(secrets, "master.key"), join(work, "link")),
  },
  {
    name: "a folder that is a link to one of the server's",
    set: ({ work, secrets }) => join(link(secrets, join(work, "folder")), "master.key"),
  },
  {
    name: "a link to a folder of the server's",
    set: ({ work, secrets }) => link(secrets, join(work, "folder")),
  },
  {
    name: "a link by a relative path",
    set: ({ work }) => link("../../secrets/master.key", join(work, "link")),
  },
  {
    name: "a link to a link",
    set: ({ work, secrets }) =>
      link(link(join(secrets, "master.key"), join(work, "first")), join(work, "second")),
  },
  {
    name: "a path with dots",
    set: ({ work }) => `${work}/../../secrets/master.key`,
  },
  {
    name: "a link to what the server has open",
    set: ({ work }) => link("/proc/self/environ", join(work, "link")),
  },
  {
    name: "a link from /tmp to a file of the server's there",
    set: ({ base }) => link("../run-2/file", join(base, "tmp/run-1/link")),
  },
  { name: "a link that leads to itself", set: ({ work }) => link("loop", join(work, "loop")) },
  {
    name: "a pipe that nobody writes to",
    set: ({ work }) => {
      execFileSync("mkfifo", [join(work, "pipe")]);
      return join(work, "pipe");
    },
  },
  {
    name: "another name of a file of the server's",
    set: ({ work, secrets }) => {
      fs.linkSync(join(secrets, "master.key"), join(work, "second-name"));
      return join(work, "second-name");
    },
  },
];

function link(target: string, path: string): string {
  fs.symlinkSync(target, path);
  return path;
}

/** One of Node's functions, in one of its forms. */
interface Call {
  name: string;
  /** `spare` is a path of the agent's own that does not exist. */
  run: (files: Files, path: string, spare: string) => Promise<unknown>;
}

const now = (name: string, run: (files: Files, path: string, spare: string) => unknown): Call => ({
  name,
  run: async (files, path, spare) => run(files, path, spare),
});

const withCallback = (
  name: string,
  run: (files: Files, path: string, over: (error: unknown, result?: unknown) => void) => void,
): Call => ({
  name,
  run: (files, path) =>
    new Promise((done, fail) => run(files, path, (error, result) => (error ? fail(error) : done(result)))),
});

export const reading: Call[] = [
  now("readFileSync", (files, path) => files.readFileSync(path, "utf8")),
  withCallback("readFile", (files, path, over) => files.readFile(path, "utf8", over)),
  now("promises.readFile", (files, path) => files.promises.readFile(path, "utf8")),
  now("openSync", (files, path) => {
    const descriptor = files.openSync(path, "r");
    try {
      return files.readFileSync(descriptor, "utf8");
    } finally {
      files.closeSync(descriptor);
    }
  }),
  now("promises.open", async (files, path) => {
    const handle = await files.promises.open(path);
    return handle.readFile("utf8").finally(() => handle.close());
  }),
  now("createReadStream", async (files, path) =>
    (await files.createReadStream(path, "utf8").toArray()).join(""),
  ),
  now("copyFileSync", (files, path, spare) => {
    files.copyFileSync(path, spare);
    return fs.readFileSync(spare, "utf8");
  }),
  now("readdirSync", (files, path) => files.readdirSync(path)),
  withCallback("readdir", (files, path, over) => files.readdir(path, over)),
  now("promises.readdir with all below", (files, path) => files.promises.readdir(path, { recursive: true })),
  now("opendirSync", (files, path) => {
    const folder = files.opendirSync(path);
    const entry = folder.readSync();
    folder.closeSync();
    return entry;
  }),
];

export const writing: Call[] = [
  now("writeFileSync", (files, path) => files.writeFileSync(path, "bad")),
  withCallback("writeFile", (files, path, over) => files.writeFile(path, "bad", over)),
  now("promises.writeFile", (files, path) => files.promises.writeFile(path, "bad")),
  now("appendFileSync", (files, path) => files.appendFileSync(path, "bad")),
  now("writeFileSync of a new file in it", (files, path) => files.writeFileSync(join(path, "bad"), "bad")),
  now("promises.open for writing", async (files, path) => (await files.promises.open(path, "a+")).close()),
  now("createWriteStream", async (files, path) => {
    const stream = files.createWriteStream(path);
    stream.end("bad");
    await once(stream, "close");
  }),
  now("copyFileSync to it", (files, path, spare) => {
    fs.writeFileSync(spare, "bad");
    files.copyFileSync(spare, path);
  }),
  now("truncateSync", (files, path) => files.truncateSync(path)),
  now("chmodSync", (files, path) => files.chmodSync(path, 0o777)),
  now("utimesSync", (files, path) => files.utimesSync(path, 1, 1)),
  now("promises.chmod of what is in it", (files, path) => files.promises.chmod(join(path, "deep"), 0o777)),
  now("mkdirSync in it", (files, path) => files.mkdirSync(join(path, "new/deep"), { recursive: true })),
  now("mkdtempSync in it", (files, path) => files.mkdtempSync(join(path, "new-"))),
  now("rmSync of all that is in it", (files, path) =>
    files.rmSync(join(path, "deep"), { recursive: true, force: true }),
  ),
  now("promises.rm", (files, path) => files.promises.rm(path, { recursive: true, force: true })),
  now("renameSync in it", (files, path) => files.renameSync(join(path, "master.key"), join(path, "gone"))),
  now("unlinkSync in it", (files, path) => files.unlinkSync(join(path, "master.key"))),
  now("rmdirSync in it", (files, path) => files.rmdirSync(join(path, "deep"))),
  now("symlinkSync in it", (files, path) => files.symlinkSync("/", join(path, "new"))),
  now("linkSync from it", (files, path, spare) => files.linkSync(path, spare)),
  now("promises.cp into it", (files, path, spare) => {
    fs.mkdirSync(spare);
    fs.writeFileSync(join(spare, "bad"), "bad");
    return files.promises.cp(spare, path, { recursive: true });
  }),
];
