import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { RequestError, Server } from "proxy-chain";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { flyctl } from "../../../../components/fly/flyctl.ts";

/** The wrapper runs a fake flyctl, which prints its environment or requests the hosts that a test names. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flyctl-wrapper-"));
  await mkdir(join(folder, "bin"));
  vi.stubEnv("PATH", [join(folder, "bin"), process.env.PATH].join(delimiter));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const program = (body: string) =>
  writeFile(join(folder, "bin/flyctl"), `#!${process.execPath}\n${body}`, { mode: 0o755 });

const environment = async (): Promise<Record<string, string>> => {
  await program("process.stdout.write(JSON.stringify(process.env))");
  return JSON.parse(await flyctl("app", ["status"]));
};

describe("a flyctl that does not work is said to be so, with the command that installs it:", () => {
  const install = /install it(?: again)?: curl -L https:\/\/fly\.io\/install\.sh \| sh/;

  test("it is not executable", async () => {
    await writeFile(join(folder, "bin/flyctl"), "#!/bin/sh\n", { mode: 0o644 });
    vi.stubEnv("PATH", join(folder, "bin"));
    const failure = flyctl("app", ["status"]);
    await expect(failure).rejects.toThrow(install);
    await expect(failure).rejects.toThrow("EACCES");
  });

  test("it starts what is not there", async () => {
    await program("process.exitCode = 127");
    const failure = flyctl("app", ["status"]);
    await expect(failure).rejects.toThrow(install);
    await expect(failure).rejects.toThrow("ended with exit code 127");
  });
});

describe("flyctl is started so that it", () => {
  test("sends nothing to collectors of metrics and traces, and does not check for updates", async () => {
    expect(await environment()).toMatchObject({
      FLY_SEND_METRICS: "0",
      FLY_TRACE_COLLECTOR_URL: "127.0.0.1",
      FLY_NO_UPDATE_CHECK: "1",
      FLY_NO_INCIDENTS_CHECK: "1",
    });
  });

  test("writes down no request, whatever the operator's environment says", async () => {
    vi.stubEnv("LOG_LEVEL", "debug");
    vi.stubEnv("FLYCTL_OUTPUT_HAR", join(folder, "requests.har"));
    const { FLY_CONFIG_DIR = "", ...given } = await environment();
    expect(given).not.toHaveProperty("LOG_LEVEL");
    expect(given).not.toHaveProperty("FLYCTL_OUTPUT_HAR");
    expect((await stat(join(FLY_CONFIG_DIR, "logs"))).isFile()).toBe(true);
  });

  test("takes organization and region from its flags alone, whatever the operator's environment says", async () => {
    for (const name of ["FLY_ORG", "FLY_ORGANIZATION", "FLY_REGION"]) vi.stubEnv(name, "elsewhere");
    expect(Object.values(await environment())).not.toContain("elsewhere");
  });

  test("reaches Fly.io directly and nobody else", async () => {
    vi.stubEnv("FLY_API_BASE_URL", "http://172.17.0.1:4300");
    const nobody = "http://127.0.0.1:9";
    expect(await environment()).toMatchObject({
      HTTPS_PROXY: nobody,
      HTTP_PROXY: nobody,
      https_proxy: nobody,
      http_proxy: nobody,
      NO_PROXY: "api.fly.io,auth.fly.io,api.machines.dev,172.17.0.1",
      no_proxy: "api.fly.io,auth.fly.io,api.machines.dev,172.17.0.1",
    });
  });
});

describe("behind a proxy", () => {
  let asked: string[];
  let upstream: Server;

  beforeEach(async () => {
    asked = [];
    upstream = new Server({
      host: "127.0.0.1",
      port: 0,
      prepareRequestFunction({ hostname, port }) {
        asked.push(`${hostname}:${port}`);
        throw new RequestError("not now", 503);
      },
    });
    await upstream.listen();
    vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${upstream.port}`);
  });

  afterEach(() => upstream.close(true));

  /** Opens a tunnel to each host, as flyctl does for https. */
  const asks = (...hosts: string[]) =>
    program(`
      const http = require("node:http");
      const { hostname, port } = new URL(process.env.HTTPS_PROXY);
      const ask = (path) => new Promise((resolve, reject) =>
        http.request({ hostname, port, method: "CONNECT", path })
          .on("connect", (response) => resolve(response.statusCode)).on("error", reject).end());
      Promise.all(${JSON.stringify(hosts)}.map(ask)).then((codes) => console.log(codes.join()));
    `);

  test("flyctl reaches Fly.io through it, and nobody else", async () => {
    await asks("api.fly.io:443", "clientsdk.launchdarkly.com:443", "sentry.io:443");
    const [fly, launchDarkly, sentry] = (await flyctl("app", ["deploy"])).trim().split(",");
    expect(asked).toEqual(["api.fly.io:443"]);
    expect(fly).not.toBe("403");
    expect([launchDarkly, sentry]).toEqual(["403", "403"]);
  });

  test("flyctl's input, output and exit code are the same as without it", async () => {
    await program('process.stdin.pipe(process.stdout); process.stdin.on("end", () => process.exit(0))');
    expect(await flyctl("app", ["secrets", "import"], { input: "A=1\n" })).toBe("A=1\n");
    await program('console.error("Error: no such thing"); process.exit(3)');
    await expect(flyctl("app", ["status"])).rejects.toMatchObject({
      message: "flyctl status: no such thing",
      exitCode: 3,
    });
  });
});
