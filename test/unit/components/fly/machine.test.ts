import { describe, expect, test } from "vitest";
import type { Machine } from "../../../../components/fly/answers.ts";
import { crashed, situation, stoppedByTrial, unhealthy } from "../../../../components/fly/machine.ts";

const minute = 60_000;

/** A machine with events that are given oldest first, in the order in which people tell them. */
const machine = (state: string, ...events: NonNullable<Machine["events"]>): Machine => ({
  id: "m1",
  state,
  region: "ams",
  private_ip: "fdaa:0:1::2",
  image_ref: {},
  events: events.toReversed(),
});

const launched = { type: "launch", source: "user", timestamp: 0 };
const started = { type: "start", source: "flyd", timestamp: minute };
const exit = (timestamp: number, exit_event: object = { exit_code: 0, requested_stop: true }) => ({
  type: "exit",
  source: "flyd",
  timestamp,
  request: { exit_event },
});

describe("a machine is healthy", () => {
  test("when it has a check and all of them pass, whatever kind they are", () => {
    for (const name of ["alive", "servicecheck-00-http-3100"])
      expect(unhealthy({ checks: [{ name, status: "passing" }] })).toEqual([]);
    expect(unhealthy({ checks: [{ name: "alive", status: "critical", output: "refused" }] })).toEqual([
      "alive is critical: refused",
    ]);
  });

  test("but not before a check has had a result", () => {
    for (const checks of [undefined, []])
      expect(unhealthy({ checks })).toEqual(["Fly.io's check has no result yet"]);
  });
});

test.each([
  ["created", /Fly\.io fetches the image, which can take ten minutes/],
  ["replacing", /Fly\.io fetches the image, which can take ten minutes/],
  ["started", /is started; Fly\.io's check has no result yet/],
  ["starting", /^the machine m1 is starting$/],
])("of a machine that is %s it is said what happens", (state, text) => {
  expect(situation(machine(state))).toMatch(text);
});

describe("a machine has crashed", () => {
  const failure = exit(2 * minute, { exit_code: 1, requested_stop: false });

  test("when it ended with an error since it was launched or updated", () => {
    expect(crashed(machine("starting", launched, started, failure))).toBe(true);
    expect(crashed(machine("started", launched, started, failure, { type: "update" }))).toBe(false);
    expect(crashed(machine("stopped", launched, started, exit(2 * minute)))).toBe(false);
  });
});

describe("a machine that Fly.io stopped without a reason within six minutes of its start", () => {
  test("looks like one of an organization without a card", () => {
    expect(stoppedByTrial(machine("stopped", launched, started, exit(6 * minute)))).toBe(true);
    const stop = { type: "stop", source: "flyd", timestamp: 6 * minute };
    expect(stoppedByTrial(machine("stopped", launched, started, stop))).toBe(true);
    const again = { ...started, timestamp: 90 * minute };
    const second = machine("stopped", launched, started, exit(6 * minute), again, exit(95 * minute));
    expect(stoppedByTrial(second)).toBe(true);
  });

  test.each<[string, Machine]>([
    ["runs", machine("started", launched, started)],
    [
      "was stopped by somebody",
      machine(
        "stopped",
        launched,
        started,
        { type: "stop", source: "user", timestamp: minute },
        exit(2 * minute),
      ),
    ],
    [
      "failed",
      machine("stopped", launched, started, exit(2 * minute, { exit_code: 1, requested_stop: false })),
    ],
    [
      "ran out of memory",
      machine(
        "stopped",
        launched,
        started,
        exit(2 * minute, { exit_code: 137, requested_stop: true, oom_killed: true }),
      ),
    ],
    ["ran longer", machine("stopped", launched, started, exit(20 * minute))],
    ["never started", machine("stopped", launched)],
  ])("is not meant where it %s", (_, other) => {
    expect(stoppedByTrial(other)).toBe(false);
  });
});
