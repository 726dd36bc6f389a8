import { expect, test } from "vitest";
import { agentsThatFit } from "../../../components/agentsAtOnce.ts";
import { agentsAtOnceProblem } from "../../../components/rules.ts";

test.each([
  [1024, 2],
  [1536, 3],
  [2048, 5],
  [4096, 12],
  [65536, 50],
])("in %i MB work %i agents at once", (memoryMb, agents) => {
  expect(agentsThatFit(memoryMb)).toBe(agents);
  expect(agentsAtOnceProblem(agents)).toBeUndefined();
});

test("no agent at all, half of one or more than Paperclip runs is refused", () => {
  for (const agents of [0, 1.5, 51]) expect(agentsAtOnceProblem(agents)).toContain("from 1 to 50");
});
