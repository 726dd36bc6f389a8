import { describe, expect, test } from "vitest";
import { fromDefinition } from "../../../../local/flyctl/flyToml/flyToml.ts";
import { toMachineConfig } from "../../../../local/flyctl/flyToml/machineConfig.ts";
import { unrecognised } from "../../../../local/flyctl/flyToml/strict.ts";
import { validate } from "../../../../local/flyctl/flyToml/validate.ts";
import { MachineConfig } from "../../../../local/flyctl/types/machine.ts";

const machineOf = (definition: Record<string, unknown>, group = "app"): Record<string, unknown> => {
  const { config } = fromDefinition({ app: "demo", primary_region: "sjc", ...definition });
  return MachineConfig.encode(toMachineConfig(config, group, [])) as Record<string, unknown>;
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

  test("has the size of [[vm]] for its process group", () => {
    const vm = [
      { size: "shared-cpu-2x", memory: "1gb" },
      { size: "performance-1x", processes: ["worker"] },
    ];
    const definition = { processes: { web: "node web", worker: "node work" }, vm };
    expect(machineOf(definition, "web").guest).toEqual({ cpu_kind: "shared", cpus: 2, memory_mb: 1024 });
    expect(machineOf(definition, "worker").guest).toEqual({
      cpu_kind: "performance",
      cpus: 1,
      memory_mb: 2048,
    });
  });

  test("runs its group's command and knows its group and region", () => {
    const { init, env } = machineOf({ processes: { web: "node 'my web'" }, env: { PORT: 3100 } }, "web");
    expect(init).toEqual({ cmd: ["node", "my web"] });
    expect(env).toEqual({ FLY_PROCESS_GROUP: "web", PORT: "3100", PRIMARY_REGION: "sjc" });
  });

  test("counts bare times in the unit of their section", () => {
    const checks = { up: { type: "tcp", port: 80, interval: 15_000 } };
    expect(machineOf({ kill_timeout: 30, checks })).toMatchObject({
      stop_config: { timeout: "30s" },
      checks: { up: { interval: "15s" } },
    });
  });
});

describe("validation", () => {
  const reportOn = (definition: Record<string, unknown>) =>
    validate(fromDefinition({ app: "demo", ...definition }));

  test("is content with an app alone", () => {
    expect(reportOn({})).toMatchObject({ isValid: true });
  });

  test.each([
    [{ deploy: { strategy: "sudden" } }, "unsupported deployment strategy 'sudden'"],
    [
      { deploy: { strategy: "canary" }, mounts: { source: "d", destination: "/d" } },
      "error canary deployment strategy is not supported when using mounted volumes",
    ],
    [{ processes: { web: "node 'x" } }, "Could not parse command for 'web' process group"],
    [{ restart: [{ policy: "sometimes" }] }, "invalid restart policy: sometimes"],
    [{ mounts: { source: "d", initial_size: "1mb" } }, "value which is smaller than 1GB"],
    [
      { http_service: { internal_port: "x" } },
      "json: cannot unmarshal string into Go struct field HTTPService",
    ],
  ])("refuses %j", (definition, reason) => {
    const { report, isValid } = reportOn(definition);
    expect(isValid).toBe(false);
    expect(report).toContain(reason);
  });

  test("finds unknown sections and keys when it is strict, but not within services", () => {
    const raw = { app: "demo", foo: 1, http_service: { what: 1 }, services: [{ what: 1 }] };
    expect(unrecognised(raw)).toEqual(["  - foo", "  - http_service.what"]);
  });
});
