import { describe, expect, test } from "vitest";
import { decode } from "../../../../local/flyctl/flyToml/flyToml.ts";
import { toMachineConfig } from "../../../../local/flyctl/flyToml/machineConfig.ts";
import { validate } from "../../../../local/flyctl/flyToml/validate.ts";
import { MachineConfig } from "../../../../local/flyctl/types/machine.ts";

const machineOf = (definition: Record<string, unknown>): Record<string, unknown> => {
  const { config } = decode({ app: "demo", primary_region: "sjc", ...definition }, "fly.toml");
  return MachineConfig.encode(toMachineConfig(config)) as Record<string, unknown>;
};

describe("a machine made from fly.toml", () => {
  test("answers on 80 and 443 for an http_service, and stops as it is told", () => {
    const service = {
      internal_port: 3100,
      force_https: true,
      auto_stop_machines: "suspend",
      checks: [{ interval: "15s", path: "/up" }],
    };
    expect(machineOf({ http_service: service }).services).toEqual([
      {
        protocol: "tcp",
        internal_port: 3100,
        autostop: "suspend",
        ports: [
          { port: 80, handlers: ["http"], force_https: true },
          { port: 443, handlers: ["http", "tls"] },
        ],
        checks: [{ type: "http", interval: "15s", path: "/up" }],
        force_instance_key: null,
      },
    ]);
  });

  test.each([
    ["off", false],
    ["stop", true],
    [true, true],
    [false, false],
  ])("auto_stop_machines = %j is %j on the wire", (autostop, sent) => {
    const [service] = machineOf({ http_service: { internal_port: 80, auto_stop_machines: autostop } })
      .services as { autostop: unknown }[];
    expect(service?.autostop).toBe(sent);
  });

  test("has the size of [[vm]], and knows its region", () => {
    const { guest, env } = machineOf({
      vm: [{ size: "shared-cpu-2x", memory: "1gb" }],
      env: { PORT: "3100" },
    });
    expect(guest).toEqual({ cpu_kind: "shared", cpus: 2, memory_mb: 1024 });
    expect(env).toEqual({ FLY_PROCESS_GROUP: "app", PORT: "3100", PRIMARY_REGION: "sjc" });
  });
});

test("sections, keys and spellings that the stand-in does not deploy are named", () => {
  const checks = { up: { type: "tcp", port: 80, interval: 15_000, tls_server_name: "x" } };
  const { unknown } = decode(
    { app: "demo", processes: { web: "node" }, mounts: { source: "d", initial_size: "1" }, checks },
    "fly.toml",
  );
  expect(unknown).toEqual([
    "processes",
    "mounts.initial_size",
    "checks.interval without a unit",
    "checks.tls_server_name",
  ]);
});

describe("validation", () => {
  const reportOn = (definition: Record<string, unknown>) =>
    validate(decode({ app: "demo", ...definition }, "fly.toml"));

  test("is content with an app alone", () => {
    expect(reportOn({})).toMatchObject({ isValid: true });
  });

  test.each([
    [{ restart: [{ policy: "sometimes" }] }, "invalid restart policy: sometimes"],
    [{ mounts: { source: "d", auto_extend_size_limit: "1mb" } }, "value which is smaller than 1GB"],
    [{ checks: { up: { type: "udp" } } }, "Missing or invalid check type"],
    [
      { http_service: { internal_port: "x" } },
      "json: cannot unmarshal string into Go struct field HTTPService",
    ],
  ])("refuses %j", (definition, reason) => {
    const { report, isValid } = reportOn(definition);
    expect(isValid).toBe(false);
    expect(report).toContain(reason);
  });

  test("says that Fly.io lowers a service's grace period", () => {
    const http_service = { internal_port: 80, checks: [{ grace_period: "120s" }] };
    const { report, isValid } = reportOn({ http_service });
    expect(isValid).toBe(true);
    expect(report).toContain("a grace period greater than 1 minute (2m0s); this will be lowered to 1 minute");
  });
});
