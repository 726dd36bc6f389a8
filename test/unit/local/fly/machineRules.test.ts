import { describe, expect, test } from "vitest";
import { extendedGb } from "../../../../local/fly/machines/autoExtend.ts";
import { CheckRunner } from "../../../../local/fly/machines/checkRunner.ts";
import {
  type Check,
  checksOf,
  checkTimeProblem,
  nextDelay,
  nextStatus,
} from "../../../../local/fly/machines/checks.ts";
import { splitCommandLine } from "../../../../local/fly/machines/commandLine.ts";
import { checkLease, grantLease, heldLease } from "../../../../local/fly/machines/lease.ts";
import { parseListening } from "../../../../local/fly/machines/processes.ts";
import { decideRestart, exitEventRequest } from "../../../../local/fly/machines/restartPolicy.ts";
import { hasReached } from "../../../../local/fly/machines/waitForState.ts";
import type { Machine } from "../../../../local/fly/store/machines.ts";

describe("the restart policy", () => {
  const exit = { exitCode: 1, requestedStop: false, restartCount: 0 };

  test("by default restarts after a failure, ten times", () => {
    expect(decideRestart(undefined, exit)).toMatchObject({ restart: true });
    expect(decideRestart(undefined, { ...exit, restartCount: 9 })).toMatchObject({ restart: true });
    expect(decideRestart(undefined, { ...exit, restartCount: 10 })).toEqual({ restart: false });
    expect(decideRestart(undefined, { ...exit, exitCode: 0 })).toEqual({ restart: false });
  });

  test("`always` restarts after a success too, without end; `no` never", () => {
    const often = { exitCode: 0, requestedStop: false, restartCount: 99 };
    expect(decideRestart({ policy: "always" }, often)).toMatchObject({ restart: true });
    expect(decideRestart({ policy: "no" }, exit)).toEqual({ restart: false });
  });

  test("of any kind does not undo a stop that somebody asked for", () => {
    expect(decideRestart({ policy: "always" }, { ...exit, requestedStop: true })).toEqual({ restart: false });
  });

  test("waits longer from time to time, ten seconds at most", () => {
    const delays = [0, 1, 5, 50].map((restartCount) => {
      const decision = decideRestart({ policy: "always" }, { ...exit, restartCount });
      return decision.restart ? decision.delayMilliseconds : undefined;
    });
    expect(delays).toEqual([200, 400, 6400, 10_000]);
  });

  test("leaves an event from which a crash loop can be told", () => {
    const request = exitEventRequest({
      exitCode: 137,
      requestedStop: false,
      restartCount: 2,
      restarting: true,
      oomKilled: true,
      exitedAt: "2026-01-01T00:00:00Z",
    });
    expect(request).toMatchObject({
      exit_event: {
        exit_code: 137,
        guest_signal: 9,
        oom_killed: true,
        requested_stop: false,
        restarting: true,
      },
      restart_count: 2,
    });
  });
});

describe("the checks of a config", () => {
  const config = {
    image: "a",
    services: [
      {
        protocol: "tcp" as const,
        internal_port: 3100,
        checks: [
          { type: "http" as const, path: "/health", headers: [{ name: "Host", values: ["localhost"] }] },
          { type: "tcp" as const, port: 22, interval: "1m" },
        ],
      },
    ],
    checks: { alive: { type: "tcp" as const, port: 80, timeout: "5s", grace_period: "2m" } },
  };

  test("have the names that Fly gives them, their ports, and its defaults", () => {
    const checks = checksOf(config);
    expect(checks.map(({ name }) => name)).toEqual([
      "servicecheck-00-http-3100",
      "servicecheck-01-tcp-22",
      "alive",
    ]);
    expect(checks[0]).toMatchObject({
      interval: 15_000,
      timeout: 2_000,
      method: "GET",
      headers: { Host: "localhost" },
      isServiceCheck: true,
    });
    expect(checks[2]).toMatchObject({ port: 80, timeout: 5000, gracePeriod: 120_000, isServiceCheck: false });
  });

  test("of a service have no more than a minute of grace, whatever they ask for", () => {
    const check = { type: "http" as const, grace_period: "120s", interval: "30s" };
    const [ofService] = checksOf({
      image: "a",
      services: [{ protocol: "tcp", internal_port: 80, checks: [check] }],
    });
    expect(ofService).toMatchObject({ gracePeriod: 60_000, interval: 30_000 });
  });

  test("of the app are refused outside Fly's limits", () => {
    expect(checkTimeProblem({ type: "http", interval: "1s" })).toContain("interval");
    expect(checkTimeProblem({ type: "http", timeout: "61s" })).toContain("timeout");
    expect(
      checkTimeProblem({ type: "http", interval: "30s", timeout: "10s", grace_period: "120s" }),
    ).toBeUndefined();
  });

  const [check] = checksOf(config) as [Check];
  const now = new Date("2026-01-01T00:00:00Z");
  const failure = { ok: false, output: "HTTP 503: no" } as const;
  const passing = { status: "passing", output: "ok", updatedAt: now.toISOString() } as const;

  test("have no result until they have run, and fail until the first success", async () => {
    const [begin, result] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const runner = new CheckRunner(
      [check],
      "",
      0,
      result.resolve,
      () => begin.promise,
      async () => failure,
    );
    expect([runner.statuses(), runner.isRoutable()]).toEqual([[], false]);
    begin.resolve();
    await result.promise;
    expect(runner.statuses()).toMatchObject([{ name: check.name, status: "critical" }]);
    runner.stop();
    expect(nextStatus({ ...check, gracePeriod: 10_000 }, undefined, failure, 0, now).status).toBe("critical");
    expect(nextStatus(check, undefined, { ok: true, output: "ok" }, 0, now)).toEqual(passing);
  });

  test("forgive a failure within the grace period only, and report it at once", () => {
    const within = nextStatus({ ...check, gracePeriod: 10_000 }, passing, failure, 5_000, now);
    expect(within).toMatchObject({ status: "passing", output: "HTTP 503: no" });
    const after = nextStatus({ ...check, gracePeriod: 10_000 }, passing, failure, 10_000, now);
    expect(after).toMatchObject({ status: "critical", output: "HTTP 503: no" });
  });

  test("are asked often until they pass, and at their interval then", () => {
    expect([nextDelay(check, false), nextDelay(check, true)]).toEqual([500, 15_000]);
  });
});

describe("a lease", () => {
  const machine = (lease: Partial<Machine>) =>
    ({ id: "m", leaseNonce: null, leaseOwner: null, leaseExpiresAt: null, ...lease }) as Machine;
  const held = machine({ leaseNonce: "n1", leaseOwner: "a@b.c", leaseExpiresAt: 100 });
  const request = { nonce: undefined, seconds: 13, owner: "x@y.z", newNonce: "n2" };

  test("keeps everybody but its holder from changing the machine", () => {
    expect(() => checkLease(held, undefined, 99_000)).toThrow("held by a@b.c");
    expect(() => checkLease(held, "n2", 99_000)).toThrow("held by a@b.c");
    expect(() => checkLease(held, "n1", 99_000)).not.toThrow();
  });

  test("is over at its time", () => {
    expect(heldLease(held, 100_000)).toBeUndefined();
    expect(() => checkLease(held, undefined, 100_000)).not.toThrow();
    expect(grantLease(held, request, 100_000)).toEqual({ nonce: "n2", owner: "x@y.z", expiresAt: 113 });
  });

  test("is refreshed for its holder under the same nonce, and refused to others", () => {
    expect(grantLease(held, { ...request, nonce: "n1" }, 50_000)).toMatchObject({
      nonce: "n1",
      expiresAt: 63,
    });
    expect(() => grantLease(held, request, 50_000)).toThrow("held by");
    expect(grantLease(machine({}), request, 0)).toMatchObject({ nonce: "n2", expiresAt: 13 });
  });
});

describe("waiting for a machine", () => {
  test("sees a start that is already over, but no other past state", () => {
    expect(hasReached({ state: "stopped", hasStarted: 1 }, "started")).toBe(true);
    expect(hasReached({ state: "stopped", hasStarted: 0 }, "started")).toBe(false);
    expect(hasReached({ state: "started", hasStarted: 1 }, "stopped")).toBe(false);
  });

  test("for `settled` is over when nothing is under way", () => {
    expect(hasReached({ state: "stopped", hasStarted: 0 }, "settled")).toBe(true);
    expect(hasReached({ state: "starting", hasStarted: 0 }, "settled")).toBe(false);
  });
});

describe("a command line", () => {
  test.each([
    ["ls -la /data", ["ls", "-la", "/data"]],
    [`echo 'a b' "c d"e`, ["echo", "a b", "c de"]],
    [`a "it's" 'a "b"'`, ["a", "it's", 'a "b"']],
    [String.raw`a\ b "c\"d" "\n" '\n'`, ["a b", 'c"d', String.raw`\n`, String.raw`\n`]],
    ["  a  '' ", ["a", ""]],
    ["echo $HOME *", ["echo", "$HOME", "*"]],
  ])("%s has the words %j", (line, words) => {
    expect(splitCommandLine(line)).toEqual(words);
  });

  test("that does not end is refused", () => {
    expect(() => splitCommandLine("echo 'a")).toThrow("unclosed");
    expect(() => splitCommandLine("  ")).toThrow("empty");
  });
});

describe("the kernel's table of sockets", () => {
  const header =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
  const row = (address: string, state: string, inode: number) =>
    `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0`;

  test("tells what listens, over IPv4 and IPv6", () => {
    const table = [
      header,
      row("0100007F:1538", "0A", 11),
      row("00000000000000000000000000000000:0C1C", "0A", 12),
      row("0000000000000000FFFF00000100007F:0050", "0A", 13),
      row("0100007F:1538", "01", 14),
    ].join("\n");
    expect(parseListening(table).map(({ address, inode }) => [address, inode])).toEqual([
      ["127.0.0.1:5432", "11"],
      ["[::]:3100", "12"],
      ["[::ffff:7f00:1]:80", "13"],
    ]);
  });
});

describe("a volume that extends itself", () => {
  const mount = {
    volume: "v",
    path: "/data",
    extend_threshold_percent: 80,
    add_size_gb: 1,
    size_gb_limit: 5,
  };

  test("grows by its increment until less than the threshold is used", () => {
    expect(extendedGb(mount, 3, 2.3)).toBe(3);
    expect(extendedGb(mount, 3, 2.4)).toBe(4);
    expect(extendedGb(mount, 3, 3.5)).toBe(5);
  });

  test("never exceeds its limit, and never grows without all three values", () => {
    expect(extendedGb(mount, 5, 5)).toBe(5);
    expect(extendedGb({ ...mount, add_size_gb: 3 }, 3, 3)).toBe(3);
    for (const missing of ["extend_threshold_percent", "add_size_gb", "size_gb_limit"]) {
      expect(extendedGb({ ...mount, [missing]: undefined }, 3, 3)).toBe(3);
    }
    expect(extendedGb(undefined, 3, 3)).toBe(3);
  });
});
