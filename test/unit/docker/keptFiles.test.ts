import fs from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { byOthers, calls, flagsOf, pathless, refused } from "../../../docker/server/fileCalls.js";
import { filesFor } from "../../../docker/server/files.js";
import { placesIn } from "../../../docker/server/places.js";
import { type Files, makeTree, secret } from "./fileTree.ts";

let base: string;
let work: string;
let files: Files;
let keeper: Files;
let at: (...names: string[]) => string;

beforeEach(() => {
  ({ base, work, files, keeper, at } = makeTree());
});

afterEach(() => fs.rmSync(base, { recursive: true }));

describe("private places", () => {
  test("are reached by their keepers only", () => {
    const key = at("secrets/master.key");
    expect(keeper.readFileSync(key, "utf8")).toBe(secret);
    keeper.writeFileSync(at("secrets/other"), "other");
    expect(() => files.readFileSync(key)).toThrow("EACCES");
    expect(() => files.writeFileSync(at("secrets/third"), "")).toThrow("EACCES");
    expect(files.existsSync(key)).toBe(false);
  });

  test("a file that does not exist is reported as missing, because Paperclip often asks for files that may exist", () => {
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

  test("a descriptor's name leads to its file, and no further", () => {
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
