import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pushCredentials } from "../../../../local/providers/docker/credentials.ts";
import { daemonConfig } from "../../../../local/providers/docker/daemon.ts";
import { followStream } from "../../../../local/providers/docker/daemonStream.ts";
import { notServedFailures } from "../../../../local/providers/docker/imageInputs.ts";
import {
  familiarName,
  parseReference,
  pinned,
  registryAddress,
} from "../../../../local/providers/docker/reference.ts";

describe("names of images", () => {
  test.each([
    ["alpine", "docker.io", "library/alpine", "alpine"],
    ["a/b:tag", "docker.io", "a/b", "a/b"],
    ["localhost/x", "localhost", "x", "localhost/x"],
    ["127.0.0.1:5000/a/b:t", "127.0.0.1:5000", "a/b", "127.0.0.1:5000/a/b"],
    ["registry.fly.io/app", "registry.fly.io", "app", "registry.fly.io/app"],
  ])("%s is %s/%s, and for the daemon %s", (name, domain, path, familiar) => {
    const reference = parseReference(name);
    expect(reference).toMatchObject({ domain, path });
    expect(familiarName(reference)).toBe(familiar);
  });

  test("are pinned without their tag", () => {
    expect(pinned(parseReference("r.io/a:t"), "sha256:0")).toBe("r.io/a@sha256:0");
  });

  test.each(["a/B", "a/b:", "a//b", "-a/b", "r.io/a:t:u"])("%s is not one", (name) => {
    expect(() => parseReference(name)).toThrow("invalid reference format");
  });

  test("tell under which address a registry's credentials are kept", () => {
    expect(registryAddress("https://r.io/v2/", "x")).toBe("r.io");
    expect(registryAddress("", "r.io/a/b")).toBe("r.io");
    expect(registryAddress("docker.io", "x")).toBe("https://index.docker.io/v1/");
    expect(() => registryAddress("", "a/b")).toThrow("repository name must be canonical");
  });
});

describe("credentials", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  const none = { server: "", username: "", password: "" };
  const configure = (config: object) => writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const auth = Buffer.from("me:pass:word").toString("base64");

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "docker-config-"));
    environment = { DOCKER_CONFIG: folder };
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test("of the program come first", async () => {
    configure({ auths: { "r.io": { auth } } });
    const registry = { server: "https://r.io", username: "u", password: "p" };
    const { auth: found } = await pushCredentials(registry, "r.io/a", environment);
    expect(found).toEqual({ username: "u", password: "p", serveraddress: "r.io" });
  });

  test("else are those of the docker client, under any spelling of the registry", async () => {
    configure({ auths: { "https://r.io/v1/": { auth } } });
    const { auth: found } = await pushCredentials(none, "r.io/a", environment);
    expect(found).toEqual({ username: "me", password: "pass:word", serveraddress: "r.io" });
    expect((await pushCredentials(none, "other.io/a", environment)).auth).toEqual({});
  });

  test("that are only half given are overlooked, with a warning", async () => {
    const { warning } = await pushCredentials({ ...none, username: "u" }, "r.io/a", environment);
    expect(warning).toBe("password was not set, although username was; using host credentials file");
  });

  test("come from a helper where the config names one", async () => {
    configure({ credHelpers: { "r.io": "unittest" } });
    const helper = join(folder, "docker-credential-unittest");
    writeFileSync(
      helper,
      `#!/bin/sh\nread server\necho "{\\"Username\\":\\"$1\\",\\"Secret\\":\\"$server\\"}"\n`,
    );
    chmodSync(helper, 0o755);
    process.env.PATH = `${folder}:${process.env.PATH}`;
    const { auth: found } = await pushCredentials(none, "r.io/a", environment);
    expect(found).toEqual({ username: "get", password: "r.io", serveraddress: "r.io" });
  });
});

describe("the daemon's answer", () => {
  const follow = async (...messages: object[]) => {
    const log: string[] = [];
    const stream = Readable.from(messages.map((message) => `${JSON.stringify(message)}\r\n`));
    await followStream(
      stream,
      async (text) => void log.push(text),
      (aux) => (aux as { ID?: string }).ID,
    );
    return log;
  };

  test("is logged message by message", async () => {
    const built = { id: "moby.image.id", aux: { ID: "sha256:1" } };
    const pushing = { status: "Pushing", progress: "[=>] 1B" };
    expect(await follow({ stream: "Step 1\n" }, pushing, built, { aux: { other: 1 } })).toEqual([
      "Step 1",
      "Pushing [=>] 1B",
      "sha256:1",
      '{"other":1}',
    ]);
  });

  test.each([
    [{ code: 1, message: "no such step" }, "no such step"],
    [{ code: 401, message: "x" }, "authentication is required"],
    [{ message: "EOF" }, "incorrect or mismatched registry credentials"],
  ])("fails with the error inside it: %j", async (errorDetail, text) => {
    await expect(follow({ stream: "fine so far" }, { errorDetail })).rejects.toThrow(text);
  });
});

test("the provider's settings win over the environment", () => {
  const config = { "docker:config:host": "tcp://a:1" };
  expect(daemonConfig(config, { DOCKER_HOST: "tcp://b:2" })).toEqual({ host: "tcp://a:1" });
  expect(daemonConfig({}, { DOCKER_HOST: "tcp://b:2" })).toEqual({ host: "tcp://b:2" });
  expect(() => daemonConfig({ "docker:config:caMaterial": "x" }, {})).toThrow("must all be specified");
});

test("inputs that the stand-in does not serve are refused, wherever they are", () => {
  const news = { imageName: "x", build: { cacheFrom: {}, context: "." }, registry: { token: "t" }, tags: [] };
  expect(notServedFailures(news).map(({ property }) => property)).toEqual([
    "tags",
    "build.cacheFrom",
    "registry.token",
  ]);
});
