import { expect, test } from "vitest";
import { agentsThatFit } from "../../../../components/settings/agentsAtOnce.ts";
import { agentsAtOnceProblem } from "../../../../components/settings/rules.ts";

test.each([
  // As many as the memory has room for: 400 MB plus 300 MB an agent, of what Fly.io leaves of it.
  ["shared-cpu-1x", 1024, 1],
  ["shared-cpu-1x", 1280, 2],
  ["shared-cpu-2x", 1536, 3],
  ["shared-cpu-4x", 2048, 5],
  ["shared-cpu-8x", 4096, 11],
  ["performance-1x", 2048, 5],
  ["performance-16x", 65536, 50],
  // As many as the CPU has room for: two on each shared vCPU.
  ["shared-cpu-1x", 2048, 2],
  ["shared-cpu-2x", 4096, 4],
  ["shared-cpu-4x", 8192, 8],
  ["performance-1x", 8192, 25],
  ["performance-2x", 16384, 50],
])("on %s with %i MB work %i agents at once", (size, memoryMb, agents) => {
  expect(agentsThatFit(size, memoryMb)).toBe(agents);
  expect(agentsAtOnceProblem(agents)).toBeUndefined();
});

test("no agent at all, half of one or more than Paperclip runs is refused", () => {
  for (const agents of [0, 1.5, 51]) expect(agentsAtOnceProblem(agents)).toContain("from 1 to 50");
});
