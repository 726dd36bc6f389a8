import { expect, test } from "vitest";
import { phaseTable } from "../../../local/phases.ts";

test("each phase is a line with its time, and with its memory where there was a machine", () => {
  const phases = [
    { story: "an agent", name: "pulumi up", seconds: 61.25 },
    { story: "an agent", name: "its task", seconds: 9.5, memoryMb: 612, swapMb: 0 },
  ];
  expect(phaseTable(phases).split("\n")).toEqual([
    "story     phase      seconds  memory  swap",
    "an agent  pulumi up     61.3              ",
    "an agent  its task       9.5  612 MB  0 MB",
  ]);
});
