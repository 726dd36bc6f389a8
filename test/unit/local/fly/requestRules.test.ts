import { describe, expect, test } from "vitest";
import { appAddress, machineAddress, machineSubnet, networkPrefix } from "../../../../local/fly/addresses.ts";
import { isExpired, mayRun, mayUseApp, mayUseOrganization, tokensOf } from "../../../../local/fly/auth.ts";
import { redirectRule } from "../../../../local/fly/docker/flycastRules.ts";
import { bridgeName, isolationRules, needsIpv6Rules } from "../../../../local/fly/docker/ipv6Isolation.ts";
import { type Fault, Faults } from "../../../../local/fly/faults.ts";
import { describeOperation } from "../../../../local/fly/graphql/describeOperation.ts";
import * as ids from "../../../../local/fly/ids.ts";
import { parseImageReference } from "../../../../local/fly/imageReference.ts";
import type { MachineConfig } from "../../../../local/fly/machines/config.ts";
import {
  findListener,
  forwardedHeaders,
  httpsRedirect,
  type Listener,
  portOf,
  readHost,
} from "../../../../local/fly/proxyRules.ts";
import { redact } from "../../../../local/fly/redact.ts";
import type { Token, TokenKind } from "../../../../local/fly/store/accounts.ts";
import type { App } from "../../../../local/fly/store/apps.ts";

describe("an Authorization header", () => {
  test.each([
    ["Bearer a", ["a"]],
    ["FlyV1 fm2_a,fm2_b", ["fm2_a", "fm2_b"]],
    ["Bearer a, FlyV1 b", ["a", "b"]],
    ["a", ["a"]],
    ["Bearer ", []],
    [undefined, []],
  ])("%j has the tokens %j", (header, tokens) => {
    expect(tokensOf(header)).toEqual(tokens);
  });
});

describe("a token", () => {
  const token = (kind: TokenKind, more: Partial<Token> = {}): Token => ({
    kind,
    name: "",
    userId: "u",
    organizationId: "o",
    appName: null,
    commands: null,
    expiresAt: null,
    ...more,
  });
  const principal = (kind: TokenKind, more: Partial<Token> = {}) => ({
    token: token(kind, more),
    organizationIds: new Set(["o"]),
  });
  const app = (name: string, organizationId = "o") => ({ name, organizationId }) as App;

  test.each([
    ["user", "read", true, "write", true],
    ["org", "read", true, "write", true],
    ["readonly", "read", true, "write", false],
  ] as const)("of the kind %s may %s an app: %s, and %s it: %s", (kind, read, mayRead, write, mayWrite) => {
    expect(mayUseApp(principal(kind), app("a"), read)).toBe(mayRead);
    expect(mayUseApp(principal(kind), app("a"), write)).toBe(mayWrite);
    expect(mayUseApp(principal(kind), app("a", "other"), read)).toBe(false);
  });

  test("of the kind deploy reaches its own app and only looks at the organisation", () => {
    const deploy = principal("deploy", { appName: "mine" });
    expect(mayUseApp(deploy, app("mine"), "write")).toBe(true);
    expect(mayUseApp(deploy, app("other"), "read")).toBe(false);
    expect(mayUseOrganization(deploy, "o", "read")).toBe(true);
    expect(mayUseOrganization(deploy, "o", "write")).toBe(false);
  });

  test("of the kind machine-exec looks at its own app, and runs just the commands that it names", () => {
    const commands = JSON.stringify(["paperclip-tailnet", "ls 'a b'"]);
    const exec = principal("machine-exec", { appName: "mine", commands });
    expect(mayUseApp(exec, app("mine"), "read")).toBe(true);
    expect(mayUseApp(exec, app("mine"), "write")).toBe(false);
    expect(mayUseApp(exec, app("other"), "read")).toBe(false);
    expect(mayUseOrganization(exec, "o", "write")).toBe(false);
    expect(mayRun(exec, app("mine"), ["paperclip-tailnet"])).toBe(true);
    expect(mayRun(exec, app("mine"), ["ls", "a b"])).toBe(true);
    expect(mayRun(exec, app("mine"), ["paperclip-tailnet", "--more"])).toBe(false);
    expect(mayRun(exec, app("other"), ["paperclip-tailnet"])).toBe(false);
    expect(mayRun(principal("machine-exec", { appName: "mine" }), app("mine"), ["sh"])).toBe(true);
  });

  test("without the right to change an app runs no command in it", () => {
    expect(mayRun(principal("readonly"), app("a"), ["ls"])).toBe(false);
    expect(mayRun(principal("deploy", { appName: "a" }), app("a"), ["ls"])).toBe(true);
  });

  test("is worth nothing from its expiry on", () => {
    const expiring = token("org", { expiresAt: "2026-01-01T00:00:00Z" });
    expect(isExpired(expiring, new Date("2025-12-31T23:59:59Z"))).toBe(false);
    expect(isExpired(expiring, new Date("2026-01-01T00:00:00Z"))).toBe(true);
    expect(isExpired(token("org"), new Date())).toBe(false);
  });
});

describe("ids and addresses", () => {
  test("have the form of Fly's", () => {
    expect(ids.machineId()).toMatch(/^[0-9a-f]{14}$/);
    expect(ids.ulid()).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(ids.volumeId()).toMatch(/^vol_[a-z0-9]{18}$/);
    expect(ids.machineName()).toMatch(/^[a-z]+-[a-z]+-\d{4}$/);
  });

  test("of requests sort by time", () => {
    expect(ids.ulid(1_000) < ids.ulid(2_000)).toBe(true);
    expect(ids.ulid(1_469_918_176_385).slice(0, 10)).toBe("01ARYZ6S41");
  });

  test("of a network: its machines, its Flycast, and nobody else's", () => {
    const prefix = networkPrefix(Buffer.from([0, 1, 0xab, 0xcd]));
    expect(prefix).toBe("fdaa:1:abcd");
    expect(machineSubnet(prefix)).toBe("fdaa:1:abcd:a7b::/64");
    expect(machineAddress(prefix, Buffer.from([0, 1, 0, 2, 0, 3]))).toBe("fdaa:1:abcd:a7b:1:2:3:2");
    expect(appAddress("private_v6", prefix, Buffer.from([0, 5, 0, 6]))).toBe("fdaa:1:abcd:0:1::5");
    expect(networkPrefix(Buffer.alloc(4))).toBe("fdaa:1:1");
  });

  test("that are public are of no real host", () => {
    expect(appAddress("v6", "fdaa:1:1")).toMatch(/^2001:db8:/);
    expect(appAddress("v4", "fdaa:1:1")).toMatch(/^198\.51\.100\.\d+$/);
    expect(appAddress("shared_v4", "fdaa:1:1")).toMatch(/^203\.0\.113\.\d+$/);
  });
});

describe("an image reference", () => {
  const digest = `sha256:${"a".repeat(64)}`;

  test.each([
    [`registry.fly.io/app@${digest}`, { registry: "registry.fly.io", repository: "app", tag: "", digest }],
    [
      "127.0.0.1:5000/team/app:v1",
      { registry: "127.0.0.1:5000", repository: "team/app", tag: "v1", digest: "" },
    ],
    [`localhost/app:v1@${digest}`, { registry: "localhost", repository: "app", tag: "v1", digest }],
    [`a.b/app@${digest}@${digest}`, { registry: "a.b", repository: "app", tag: "", digest }],
    ["nginx", { registry: "docker.io", repository: "nginx", tag: "latest", digest: "" }],
    ["library/nginx", { registry: "docker.io", repository: "library/nginx", tag: "latest", digest: "" }],
  ])("%s has its parts", (reference, parts) => {
    expect(parseImageReference(reference)).toEqual(parts);
  });

  test.each(["", "UPPER", "a@sha256:short", "registry.fly.io/", "a b"])("%j is none", (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});

describe("a recorded body", () => {
  test("keeps the names of secrets and loses their values", () => {
    const body = { values: { A: "one", B: null }, name: "x" };
    expect(redact(body)).toEqual({ values: { A: "[redacted]", B: null }, name: "x" });
    const config = {
      files: [{ raw_value: "aGk=", guest_path: "/a" }],
      cmd: "a",
      stdin: "s",
      env: { PORT: "1" },
    };
    expect(redact({ config })).toEqual({
      config: {
        files: [{ raw_value: "[redacted]", guest_path: "/a" }],
        cmd: "a",
        stdin: "[redacted]",
        env: { PORT: "1" },
      },
    });
  });
});

describe("a GraphQL operation", () => {
  test.each([
    ["query LatestImage($a: String!) { app(name: $a) { id } }", "query LatestImage"],
    ["{ app(name: 1) { id ipAddresses { nodes { id } } sharedIpAddress } }", "query app{ipAddresses}"],
    ["query { appcompact: app(name: 1) { id organization { id } } }", "query appcompact:app{organization}"],
    ["{ viewer { ... on User { id } } }", "query viewer"],
    ["mutation($i: I!) { releaseIpAddress(input: $i) { clientMutationId } }", "mutation releaseIpAddress"],
    ["not graphql", undefined],
  ])("%s is described as %j", (query, description) => {
    expect(describeOperation(query)).toBe(description);
  });
});

describe("a fault", () => {
  const fault = (more: Partial<Fault>): Fault => ({
    match: {},
    times: 1,
    afterHandling: false,
    fail: { how: "hang" },
    ...more,
  });
  const request = { method: "POST", path: "/v1/apps/a/volumes", operation: undefined };

  test("happens as often as it says, to what it matches, at the moment that it says", () => {
    const faults = new Faults();
    faults.add(fault({ match: { method: "post", path: "/volumes$" }, times: 2 }));
    expect(faults.take({ ...request, path: "/v1/apps" }, false)).toBeUndefined();
    expect(faults.take(request, true)).toBeUndefined();
    expect([faults.take(request, false), faults.take(request, false)]).toEqual([
      { how: "hang" },
      { how: "hang" },
    ]);
    expect(faults.take(request, false)).toBeUndefined();
    expect(faults.list()).toEqual([]);
  });

  test("of an operation does not happen to a request that has none", () => {
    const faults = new Faults();
    faults.add(fault({ match: { operation: "LatestImage" } }));
    expect(faults.take(request, false)).toBeUndefined();
    expect(faults.take({ ...request, operation: "query LatestImage" }, false)).toBeDefined();
  });

  test("of a body happens to a request that has it", () => {
    const faults = new Faults();
    faults.add(fault({ match: { body: "paperclip-invite" } }));
    for (const body of [undefined, { cmd: "paperclip-cpu" }])
      expect(faults.take({ ...request, body }, false)).toBeUndefined();
    expect(faults.take({ ...request, body: { cmd: "paperclip-invite" } }, false)).toBeDefined();
  });
});

describe("IPv6 between Docker's bridges", () => {
  test("is kept apart by Docker itself from version 27 on", () => {
    expect(["20.10.24+dfsg1", "26.1.5", "27.0.1", "28.2.2"].map(needsIpv6Rules)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("is refused in both directions where it is not", () => {
    const network = "0b8cc31a852c67384c16";
    expect(bridgeName(network)).toBe("br-0b8cc31a852c");
    const [out, into] = isolationRules(network, "1");
    expect(out?.join(" ")).toMatch(
      /^FORWARD -i br-0b8cc31a852c ! -o br-0b8cc31a852c .*paperclip-fly-1 -j REJECT$/,
    );
    expect(into?.join(" ")).toMatch(/^FORWARD ! -i br-0b8cc31a852c -o br-0b8cc31a852c .* -j REJECT$/);
  });
});

test("what is sent to a Flycast address goes to its listener, from its network's bridge alone", () => {
  const way = { bridge: "br-0b8cc31a852c", address: "fdaa:0:1:0:1::5", port: 4000 };
  expect(redirectRule(way, "1").join(" ")).toBe(
    "PREROUTING -i br-0b8cc31a852c -d fdaa:0:1:0:1::5 -p tcp " +
      "-m comment --comment paperclip-fly-1 -j REDIRECT --to-ports 4000",
  );
});

describe("Fly Proxy", () => {
  test("reads the port of any Host header, 80 where there is none", () => {
    expect(["[fdaa::5]:8080", "[fdaa::5]", "web.flycast", undefined].map(portOf)).toEqual([8080, 80, 80, 80]);
  });

  test.each([
    ["app.flycast", { app: "app", isPrivate: true, port: 80 }],
    ["My-App.fly.dev:443", { app: "my-app", isPrivate: false, port: 443 }],
  ])("reads the host %s", (header, host) => {
    expect(readHost(header)).toMatchObject(host);
  });

  test.each(["app.example.com", "flycast", "a.b.flycast", "app.flycast.evil.com", undefined])(
    "knows no app under %s",
    (header) => {
      expect(readHost(header)).toBeUndefined();
    },
  );

  const config = {
    image: "a",
    services: [
      {
        protocol: "tcp",
        internal_port: 3100,
        ports: [
          { port: 80, handlers: ["http"], force_https: true },
          { port: 443, handlers: ["http", "tls"], force_https: true },
          { port: 8080, handlers: ["http"] },
          { port: 5432, handlers: [] },
        ],
      },
    ],
  } as MachineConfig;
  const host = { app: "a", isPrivate: true, port: 80, hostname: "a.flycast" };
  const on = (port: number) => findListener(config, port) as Listener;

  test("finds the service that listens for HTTP on a port", () => {
    expect([80, 443].map((port) => findListener(config, port)?.service.internal_port)).toEqual([3100, 3100]);
    expect([81, 5432].map((port) => findListener(config, port))).toEqual([undefined, undefined]);
  });

  test("forces HTTPS where the port says so and TLS has not been used", () => {
    expect(httpsRedirect(on(80), host, "/a?b")).toBe("https://a.flycast/a?b");
    expect(httpsRedirect(on(443), host, "/")).toBeUndefined();
    expect(httpsRedirect(on(8080), host, "/")).toBeUndefined();
  });

  test("tells the machine who asked and how, and believes no client that says so itself", () => {
    const incoming = {
      host: "a.flycast",
      "x-forwarded-for": "6.6.6.6",
      "x-forwarded-proto": "https",
      "fly-client-ip": "6.6.6.6",
    };
    expect(forwardedHeaders(incoming, on(8080), { ...host, port: 8080 }, "10.0.0.1")).toMatchObject({
      host: "a.flycast",
      "x-forwarded-for": "6.6.6.6, 10.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": "8080",
      "fly-client-ip": "10.0.0.1",
    });
  });
});
