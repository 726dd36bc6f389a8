import { describe, expect, test } from "vitest";
import * as rules from "../../../../components/settings/rules.ts";
import { megabytes } from "../../../../components/settings/units.ts";

describe("memory", () => {
  test.each([
    [1024, "shared-cpu-1x"],
    [2048, "shared-cpu-1x"],
    [2304, "shared-cpu-2x"],
    [2048, "performance-1x"],
  ])("%i MB fits %s", (memoryMb, size) => expect(rules.memoryProblem(memoryMb, size)).toBeUndefined());

  test("of 512 MB is refused with the reason", () => {
    expect(rules.memoryProblem(512, "shared-cpu-1x")).toMatch(
      /less than 1gb.*PostgreSQL, Paperclip and one agent/,
    );
  });

  test("below what a performance preset comes with is refused", () => {
    expect(rules.memoryProblem(2048, "performance-2x")).toContain("4096mb");
  });
});

test("an attachment can be as large as a tenth of the memory", () => {
  expect(rules.attachmentLimitProblem(1, 1024)).toBeUndefined();
  expect(rules.attachmentLimitProblem(102, 1024)).toBeUndefined();
  expect(rules.attachmentLimitProblem(103, 1024)).toContain("102mb");
  expect(rules.attachmentLimitProblem(103, 1280)).toBeUndefined();
});

test.each([
  ["1gb", 1024],
  ["1GB", 1024],
  ["1536mb", 1536],
  ["2048", 2048],
])("%s is %i MB", (text, mb) => expect(megabytes(text)).toBe(mb));

test.each(["", "1.5gb", "gb", "-1gb", "1tb"])("%j is no size", (text) =>
  expect(megabytes(text)).toBeUndefined(),
);
