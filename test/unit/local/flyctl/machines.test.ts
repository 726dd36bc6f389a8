import { describe, expect, test } from "vitest";
import { FlyError } from "../../../../local/flyctl/errors.ts";
import { checkGuest } from "../../../../local/flyctl/machines/guestLimits.ts";
import { isCrashing, startedAfterLaunch } from "../../../../local/flyctl/machines/kinds.ts";
import { applyPortFlags } from "../../../../local/flyctl/machines/portFlags.ts";
import { Guest } from "../../../../local/flyctl/types/guest.ts";
import { Machine } from "../../../../local/flyctl/types/machine.ts";
import { Service } from "../../../../local/flyctl/types/service.ts";

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

describe("--port", () => {
  const ports = (flags: string[], services: unknown[] = []) =>
    applyPortFlags(
      services.map((service) => Service.decode(service)),
      flags,
    ).map((service) => Service.encode(service));

  test("adds a service, with handlers and a port inside the machine", () => {
    expect(ports(["443:3100/tcp:http:tls"])).toEqual([
      {
        protocol: "tcp",
        internal_port: 3100,
        ports: [{ port: 443, handlers: ["http", "tls"] }],
        force_instance_key: null,
      },
    ]);
  });

  test("takes a service away with -", () => {
    expect(ports(["80/tcp:-"], [{ protocol: "tcp", internal_port: 80, ports: [{ port: 80 }] }])).toEqual([]);
  });

  test.each([
    ["x", 'invalid port: strconv.Atoi: parsing "x": invalid syntax'],
    ["1:2:3", "port definition must be at most 2 elements (external:internal)"],
    ["1/2/3", "port must be at most two elements (ports/protocol:handler)"],
  ])("refuses %s", (flag, message) => {
    expect(() => ports([flag])).toThrow(message);
  });
});

describe("a machine's size", () => {
  const check = (guest: Partial<Guest>) => () =>
    checkGuest({ ...Guest.zero(), cpu_kind: "shared", cpus: 1, ...guest });

  test("may be any that Fly offers", () => {
    expect(check({ memory_mb: 2048 })).not.toThrow();
  });

  test.each([
    [
      { memory_mb: 300 },
      "invalid memory size",
      "Memory size must be in a 256 MiB increment (256MiB would work)",
    ],
    [
      { memory_mb: 4096 },
      "memory size for config is too high",
      "Try setting memory to a value <= 2048MiB for the config changes requested",
    ],
    [
      { cpus: 2, memory_mb: 256 },
      "memory size for config is too low",
      "Try setting memory to a value >= 512MiB for the config changes requested",
    ],
    [{ cpus: 3, memory_mb: 1024 }, "invalid number of CPUs", "Valid numbers are [1 2 4 6 8]"],
    [{ cpu_kind: "fast" }, "invalid CPU kind", "Valid values are [shared performance]"],
  ])("%j is refused, and what would do is said", (guest, message, suggestion) => {
    const error = thrownBy(check(guest));
    expect([error.message, error.details.suggestion]).toEqual([message, suggestion]);
  });
});

function thrownBy(step: () => void): FlyError {
  try {
    step();
  } catch (error) {
    if (error instanceof FlyError) return error;
  }
  throw new Error("nothing was thrown");
}
