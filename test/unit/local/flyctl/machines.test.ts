import { describe, expect, test } from "vitest";
import { isCrashing, startedAfterLaunch } from "../../../../local/flyctl/machines/kinds.ts";
import { Machine } from "../../../../local/flyctl/types/machine.ts";

const machineWith = (...events: unknown[]) => Machine.decode({ events });

describe("what a machine's events say", () => {
  const launch = { type: "launch", timestamp: 1 };
  const start = { type: "start", timestamp: 2 };
  const exit = {
    type: "exit",
    timestamp: 3,
    request: { restart_count: 2, exit_event: { restarting: true, exit_code: 1 } },
  };

  test("it is up if it started after its launch and has not exited since", () => {
    expect(startedAfterLaunch(machineWith(start, launch))).toBe(2);
    expect(startedAfterLaunch(machineWith(exit, start, launch))).toBeUndefined();
    expect(startedAfterLaunch(machineWith(launch))).toBeUndefined();
  });

  test("it crashes if it exited with an error and is restarted more than once", () => {
    expect(isCrashing(machineWith(exit, start, launch))).toBe(true);
    expect(isCrashing(machineWith({ ...exit, request: { ...exit.request, restart_count: 1 } }))).toBe(false);
    expect(isCrashing(machineWith(start, launch))).toBe(false);
  });
});
