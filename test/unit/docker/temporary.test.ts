import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

type Temporary = typeof import("../../../docker/server/temporary.js");
let temporary: Temporary;
/** The programs that were started. `ends` is what happens when one ends. */
let started: string[];
let ends: () => void;
/** Where the server puts its temporary files. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "temporary-"));
  vi.stubEnv("TMPDIR", folder);
  vi.useFakeTimers({ toFake: ["performance", "Date"] });
  vi.resetModules();
  temporary = await import("../../../docker/server/temporary.js");
  started = [];
  ends = () => {};
  const execFile = (file: string, args: string[], _: object, over: () => void) => {
    started.push([file.split("/").at(-1), ...args].join(" "));
    ends();
    over();
  };
  vi.spyOn(process, "getBuiltinModule").mockReturnValue({ execFile } as never);
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const event = (status: string) => ({ type: "heartbeat.run.status", payload: { status } });
const hour = 3_600_000;

test("/tmp is tidied up when a run is over, once in an hour at most, and at no other time", () => {
  temporary.tidyAfter(event("succeeded"));
  expect(started).toEqual([]);
  vi.advanceTimersByTime(hour);
  for (const other of [event("running"), event("queued"), { type: "issue.updated", payload: {} }])
    temporary.tidyAfter(other);
  expect(started).toEqual([]);
  for (const status of ["failed", "succeeded"]) temporary.tidyAfter(event(status));
  expect(started).toEqual(["tidyTemporary.sh 1440"]);
  vi.advanceTimersByTime(hour);
  temporary.tidyAfter(event("cancelled"));
  expect(started).toHaveLength(2);
});

test("folders of runs that Paperclip has left go after a day, and nothing else of the server's", async () => {
  for (const name of ["paperclip-run-1", "paperclip-ai-1", "others"])
    await mkdir(join(folder, name, "in"), { recursive: true });
  vi.advanceTimersByTime(hour);
  temporary.tidyAfter(event("succeeded"));
  await vi.waitFor(() => expect(started).toHaveLength(1));
  expect(await readdir(folder)).toHaveLength(3);
  vi.advanceTimersByTime(25 * hour);
  temporary.tidyAfter(event("succeeded"));
  await vi.waitFor(async () => expect(await readdir(folder)).toEqual(["others"]));
});

test("a run's folder that Paperclip can remove on its own starts no program", async () => {
  await temporary.removeScratch("/tmp/paperclip/paperclip-run-1", async () => {});
  expect(started).toEqual([]);
});

test("a run's folder with something that is closed to the server is emptied by the agent first", async () => {
  let closed = true;
  ends = () => {
    closed = false;
  };
  const remove = async () => {
    if (closed) throw new Error("EACCES");
  };
  await temporary.removeScratch("/tmp/paperclip/paperclip-run-1", remove);
  expect(started).toEqual(["removeOwn.sh /tmp/paperclip/paperclip-run-1"]);
});

test("Paperclip is told if a run's folder cannot be removed", async () => {
  const remove = () => Promise.reject(new Error("EBUSY"));
  await expect(temporary.removeScratch("/tmp/paperclip/paperclip-run-1", remove)).rejects.toThrow("EBUSY");
});
