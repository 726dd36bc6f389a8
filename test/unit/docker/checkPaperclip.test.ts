import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assumptions } from "../../../docker/build/assumptions.mjs";
import { keepers } from "../../../docker/build/keepers.mjs";
import { reaches } from "../../../docker/build/reaches.mjs";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "paperclip-check-"));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (file: string, text: string) => {
  const path = join(folder, "node_modules", file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

const check = () =>
  execa(process.execPath, [join(import.meta.dirname, "../../../docker/build/checkPaperclip.mjs"), folder], {
    reject: false,
  });

test("a Paperclip that is not as expected ends the check with every place that differs, named", async () => {
  await write("@paperclipai/server/package.json", '{ "version": "2030.101.0" }');
  await write("@paperclipai/server/dist/index.js", "");
  const { exitCode, stderr } = await check();
  expect(exitCode).toBe(1);
  for (const { name } of reaches) expect(stderr).toContain(name);
  for (const module of Object.keys(keepers)) expect(stderr).toContain(module);
  for (const { name, only = { some: 1 } } of assumptions.filter(
    ({ file }) => !file?.endsWith("server/dist/index.js"),
  ))
    if (Object.keys(only).length > 0) expect(stderr).toContain(name);
  expect(stderr.split("\n").at(-1)).toMatch(
    /^\d+ of \d+ places in Paperclip 2030\.101\.0 are not as the image expects/,
  );
});

test("a keeper that is there and uses files, and a reach whose text is there, are not named", async () => {
  await write("@paperclipai/server/package.json", '{ "version": "2030.101.0" }');
  const [keeper = ""] = Object.keys(keepers).filter((module) => module.startsWith("@paperclipai/server/"));
  await write(keeper, 'import fs from "node:fs";');
  const [reach] = reaches;
  if (!reach) throw new Error("there are no reaches");
  await write(reach.file, reach.text);
  const { stderr } = await check();
  expect(stderr).not.toContain(`docker/build/keepers.mjs: ${keeper},`);
  expect(stderr).not.toContain(`"${reach.name}"`);
});

test("a folder without Paperclip is told as such", async () => {
  const { exitCode, stderr } = await check();
  expect(exitCode).toBe(1);
  expect(stderr).toBe(`${folder}/node_modules has no Paperclip: install paperclipai there`);
});
