import { describe, expect, test } from "vitest";
import { ApiError } from "../../../../local/fly/apiError.ts";
import { autostopWouldStop } from "../../../../local/fly/machines/autostop.ts";
import { launchInput, type Service } from "../../../../local/fly/machines/config.ts";
import { durationMilliseconds } from "../../../../local/fly/machines/duration.ts";
import { guestProblem } from "../../../../local/fly/machines/guest.ts";
import { parseBody } from "../../../../local/fly/requestBody.ts";

const parse = (config: object) =>
  parseBody(launchInput, { config: { image: "registry.fly.io/a@sha256:0", ...config } });

function refusal(config: object): ApiError {
  try {
    parse(config);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("a machine config", () => {
  test("as flyctl sends it is understood", () => {
    const config = {
      env: { PORT: "3100" },
      init: {},
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: 1024 },
      mounts: [{ encrypted: true, path: "/paperclip", size_gb: 1, volume: "vol_1", name: "data" }],
      services: [
        {
          protocol: "tcp",
          internal_port: 3100,
          autostop: false,
          ports: [{ port: 80, handlers: ["http"], force_https: true }],
          checks: [{ type: "http", interval: "15s", headers: [{ name: "Host", values: ["localhost"] }] }],
          force_instance_key: null,
        },
      ],
      stop_config: { timeout: "2m", signal: "SIGTERM" },
      restart: { policy: "always" },
    };
    expect(parse(config).config).toMatchObject(config);
  });

  test("with fields that the emulator does not know is refused by their names", () => {
    const { httpStatus, message } = refusal({ gpus: 1, init: { kernel_args: ["a"] } });
    expect(httpStatus).toBe(501);
    expect(message).toBe("not emulated: field config.init.kernel_args, field config.gpus");
  });

  test("with a value of a closed list that it does not know is refused as well", () => {
    const { httpStatus, message } = refusal({ init: { tty: true } });
    expect(httpStatus).toBe(501);
    expect(message).toContain("config.init.tty other than false");
  });

  test("that Fly would refuse is refused with the reason", () => {
    for (const [config, field] of [
      [{ stop_config: { timeout: "6m" } }, "config.stop_config.timeout"],
      [{ stop_config: { timeout: "soon" } }, "config.stop_config.timeout"],
      [
        {
          mounts: [
            { volume: "a", path: "/a" },
            { volume: "b", path: "/b" },
          ],
        },
        "config.mounts",
      ],
      [{ mounts: [{ volume: "a", path: "data" }] }, "config.mounts.0.path"],
    ] as const) {
      const { httpStatus, message } = refusal(config);
      expect([httpStatus, message]).toEqual([400, expect.stringContaining(field)]);
    }
  });
});

describe("autostop", () => {
  const service = (more: object) => ({ protocol: "tcp", internal_port: 80, ...more }) as Service;

  test("stops nothing when it is off, or when all machines have to be kept running", () => {
    expect(autostopWouldStop(service({ autostop: false }), 3)).toBe(false);
    expect(autostopWouldStop(service({ autostop: "off" }), 3)).toBe(false);
    expect(autostopWouldStop(service({ autostop: "suspend", min_machines_running: 1 }), 1)).toBe(false);
  });

  test("would stop a machine that is more than the minimum", () => {
    expect(autostopWouldStop(service({ autostop: true }), 1)).toBe(true);
    expect(autostopWouldStop(service({ autostop: "stop", min_machines_running: 1 }), 2)).toBe(true);
  });
});

describe("a guest", () => {
  test.each([
    ["shared", 1, 256],
    ["shared", 1, 2048],
    ["shared", 2, 512],
    ["performance", 1, 2048],
    ["performance", 2, 16384],
  ] as const)("of %s CPUs, %i of them, and %i MB exists", (cpu_kind, cpus, memory_mb) => {
    expect(guestProblem({ cpu_kind, cpus, memory_mb })).toBeUndefined();
  });

  test.each([
    ["shared", 1, 128],
    ["shared", 1, 300],
    ["shared", 1, 4096],
    ["shared", 3, 1024],
    ["shared", 2, 256],
    ["performance", 1, 1024],
    ["performance", 1, 2304],
  ] as const)("of %s CPUs, %i of them, and %i MB does not", (cpu_kind, cpus, memory_mb) => {
    expect(guestProblem({ cpu_kind, cpus, memory_mb })).toContain("config.guest.");
  });
});

describe("a duration", () => {
  test.each([
    ["15s", 15_000],
    ["1m30s", 90_000],
    ["175200h0m0s", 175_200 * 3_600_000],
    ["1.5s", 1500],
    ["200ms", 200],
    ["0", 0],
    [2_000_000_000, 2000],
  ])("%j is %i ms", (duration, milliseconds) => {
    expect(durationMilliseconds(duration)).toBe(milliseconds);
  });

  test.each(["", "15", "s", "-1s", "1 s", "1d", -1])("%j is none", (duration) => {
    expect(durationMilliseconds(duration)).toBeUndefined();
  });
});
