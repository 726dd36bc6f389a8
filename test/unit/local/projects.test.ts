import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  chosenProjects,
  everything,
  needsOf,
  projectNames,
  projectSeconds,
  projectTable,
} from "../../../local/projects.ts";

const root = join(import.meta.dirname, "../../..");

test("CONTRIBUTING.md has the table of the projects as it is", async () => {
  expect(await readFile(join(root, "CONTRIBUTING.md"), "utf8")).toContain(projectTable());
});

test("every folder with tests is a project's", async () => {
  const entries = await readdir(join(root, "test"), { recursive: true });
  const folders = entries.filter((name) => name.endsWith(".test.ts")).map((name) => name.split("/")[0]);
  expect(projectNames).toEqual(expect.arrayContaining([...new Set(folders)]));
});

describe("npm test sets up what is needed by the projects of", () => {
  test.each([
    ["all tests", [], projectNames],
    ["one project", ["--project", "unit", "settings"], ["unit"]],
    ["two", ["--project=image", "--project", "unit"], ["unit", "image"]],
    ["a pattern", ["--project", "image*"], ["image", "image-alone"]],
    ["all but one", ["--project", "!e2e"], projectNames.filter((name) => name !== "e2e")],
    ["a file, whose project nobody named", ["settings"], projectNames],
  ])("%s", (_, words, names) => {
    expect(chosenProjects(words)).toEqual(names);
  });

  test("the unit tests: nothing", () => {
    expect(needsOf(["unit"])).toEqual([]);
    expect(needsOf(["unit", "image-alone"])).toEqual(["docker", "images"]);
    expect(needsOf(projectNames)).toEqual(everything);
  });
});

test("a project's time is from the beginning of its first file to the end of its last, whichever files run side by side", () => {
  const run = (file: string, startTime: number, endTime: number) => ({ file, startTime, endTime });
  expect(
    projectSeconds([
      run("test/image/boot.test.ts", 1000, 5000),
      run("test/image/tailnet.test.ts", 2000, 9000),
      run("test/image/watchdog.test.ts", 9000, 10_000),
      run("test/unit/local/phases.test.ts", 0, 500),
    ]),
  ).toEqual([
    { project: "image", seconds: 8 },
    { project: "image-alone", seconds: 1 },
    { project: "unit", seconds: 0.5 },
  ]);
});
