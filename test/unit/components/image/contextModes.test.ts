/** Two machines build the same image: the modes and line ends that a checkout gives to files are not part of it. */
import { lstat, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settledMode, settleModes } from "../../../../components/image/contextModes.ts";
import { contextDigest } from "../../../../local/providers/docker/contextDigest.ts";
import { checkOut, repositoryOf } from "../../../support/checkouts.ts";

let folder: string;
let repository: string;
let ubuntu: string;
let ci: string;
let shutIn: string;

/** The digest as Pulumi's Docker provider computes it, with the modes. */
const digest = (checkout: string) => contextDigest(join(checkout, "docker"));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "checkouts-"));
  repository = await repositoryOf(folder, [".gitattributes", "docker"]);
  const clone = (name: string, umask: string) => checkOut(repository, join(folder, name), { umask });
  [ubuntu, ci, shutIn] = await Promise.all([clone("a", "002"), clone("b", "022"), clone("c", "077")]);
});

afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["664", "644"],
  ["600", "644"],
  ["640", "644"],
  ["775", "755"],
  ["700", "755"],
  ["4755", "755"],
])("a file of mode %s becomes %s", (mode, settled) => {
  expect(settledMode(Number.parseInt(mode, 8), false).toString(8)).toBe(settled);
});

test("checkouts under three umasks have one digest, which they did not have before", async () => {
  const before = await Promise.all([ubuntu, ci, shutIn].map(digest));
  expect(new Set(before).size).toBe(3);
  for (const checkout of [ubuntu, ci, shutIn]) expect(settleModes(join(checkout, "docker"))).toEqual([]);
  const [, usual] = before;
  expect(await Promise.all([ubuntu, ci, shutIn].map(digest))).toEqual([usual, usual, usual]);
  // The modes of folders are not in the digest, but in the archive that the builder is sent.
  expect((await lstat(join(shutIn, "docker/lib"))).mode & 0o777).toBe(0o755);
});

test("git sees no change", async () => {
  settleModes(join(shutIn, "docker"));
  const { stdout } = await execa("git", ["-c", "core.fileMode=true", "status", "--short"], { cwd: shutIn });
  expect(stdout).toBe("");
});

test("a file whose mode cannot be set is named", () => {
  expect(settleModes("/proc/self/status")).toEqual(["/proc/self/status"]);
});

test("a git that writes Windows' line ends writes none into the image", async () => {
  const git = ["-c", "core.autocrlf=true", "-c", "core.eol=crlf"];
  const windows = await checkOut(repository, join(folder, "windows"), { umask: "022", git });
  const names = await readdir(join(windows, "docker"), { recursive: true, withFileTypes: true });
  const texts = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const endings = await Promise.all(texts.map(async (name) => (await readFile(name, "utf8")).includes("\r")));
  expect(endings.filter(Boolean)).toEqual([]);
  expect(await digest(windows)).toBe(await digest(ci));
});
