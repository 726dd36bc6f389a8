import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { flyTomlText } from "../../../../components/fly/flyToml.ts";

const settings = {
  appName: "acme-paperclip",
  region: "ams",
  size: "shared-cpu-1x",
  memoryMb: 1024,
  tailnet: "tail1234.ts.net",
  agents: ["claude"],
  agentsAtOnce: 2,
  device: { controlServer: undefined, https: true, userspace: false, ssh: false, logs: false },
  extraSecretNames: ["GITHUB_TOKEN"],
};

interface Toml {
  kill_signal: string;
  kill_timeout: string;
  swap_size_mb: number;
  env: Record<string, string>;
  restart: { policy: string }[];
  checks: Record<string, Record<string, unknown>>;
  http_service: Record<string, unknown>;
  mounts: { source: string; destination: string }[];
  vm: { size: string; memory: string }[];
}

const toml = () => parse(flyTomlText(settings)) as unknown as Toml;

test("fly.toml is pinned as a whole, so that a change of it is seen", () => {
  expect(flyTomlText(settings)).toMatchSnapshot();
});

test("a setting that is not used leaves it as it is: a stack whose token is offered has the fly.toml of earlier versions", () => {
  expect(flyTomlText({ ...settings, offerClaudeToken: true })).toBe(flyTomlText(settings));
  expect(flyTomlText({ ...settings, offerClaudeToken: false })).toContain(
    'PAPERCLIP_ON_FLY_OFFER_CLAUDE_TOKEN = "false"',
  );
});

describe("lessons of the first deployments", () => {
  test("the check asks as Host: localhost, which Paperclip's host name guard lets in", () => {
    expect(toml().checks).toEqual({
      alive: expect.objectContaining({
        type: "http",
        port: 3100,
        method: "GET",
        path: "/api/health",
        headers: { Host: "localhost" },
        interval: "30s",
        timeout: "10s",
      }),
    });
  });

  test("the check's grace period is long enough for a first boot with its migrations, and belongs to no service, whose period Fly.io would lower", () => {
    expect(toml().checks.alive?.grace_period).toBe("120s");
    expect(toml().http_service).not.toHaveProperty("checks");
  });

  test("Fly.io's proxy does not stop the machine, because agents work without visitors, and does not start one that was stopped", () => {
    expect(toml().http_service).toMatchObject({ auto_stop_machines: "off", auto_start_machines: false });
  });

  test("the machine gets the memory that was asked for, and swap", () => {
    expect(toml().vm).toEqual([{ size: "shared-cpu-1x", memory: "1024mb" }]);
    expect(toml().swap_size_mb).toBe(512);
  });

  test("the platform waits long enough for Paperclip to drain, and start.sh stops waiting a little earlier", () => {
    expect(toml().kill_signal).toBe("SIGTERM");
    expect(toml().kill_timeout).toBe("120s");
    expect(Number(toml().env.PAPERCLIP_STOP_SECONDS)).toBeLessThan(120);
  });

  test("a machine that ends is started again, which Fly's checks never do", () => {
    expect(toml().restart).toEqual([{ policy: "always" }]);
  });

  test("the private address is not redirected to a TLS that it does not have", () => {
    expect(toml().http_service.force_https).toBe(false);
  });
});

describe("the volume", () => {
  test("never extends itself where no limit is set", () => {
    expect(toml().mounts).toEqual([{ source: "paperclip_data", destination: "/paperclip" }]);
  });

  test("with a limit gets all three values without which Fly.io extends none", () => {
    const { mounts } = parse(flyTomlText({ ...settings, volumeLimitGb: 10 })) as unknown as Toml;
    expect(mounts).toEqual([
      {
        source: "paperclip_data",
        destination: "/paperclip",
        auto_extend_size_threshold: 80,
        auto_extend_size_increment: "1GB",
        auto_extend_size_limit: "10GB",
      },
    ]);
  });
});

test("secrets are named, never given a value, because Fly keeps fly.toml with each release", () => {
  expect(toml().env.PAPERCLIP_EXTRA_SECRETS).toBe("GITHUB_TOKEN");
  expect(Object.keys(toml().env).filter((name) => /KEY|TOKEN|AUTH_SECRET/.test(name))).toEqual([]);
});
