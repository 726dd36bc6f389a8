import { expect, test } from "vitest";
import { tokenFindings } from "../../../ops/tokenFindings.ts";

test("a token whose year is nearly over is one finding, with what replaces it", () => {
  const [finding, ...more] = tokenFindings({ claudeTokenSetOn: "2026-11-28" }, "2027-11-01");
  expect(more).toEqual([]);
  expect(finding?.text).toContain("ends on 2027-11-28");
  expect(finding?.fix).toMatch(/^claude setup-token, then: .*claudeToken && pulumi up$/);
});

test.each([
  ["a younger token", "2026-11-28"],
  ["no token", ""],
  ["a stack from before its day was kept", undefined],
])("%s is no finding", (_what, claudeTokenSetOn) => {
  expect(tokenFindings({ claudeTokenSetOn }, "2027-01-01")).toEqual([]);
});
