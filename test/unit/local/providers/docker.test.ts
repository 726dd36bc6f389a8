import { expect, test } from "vitest";
import { daemonConfig } from "../../../../local/providers/docker/daemon.ts";
import { refusals } from "../../../../local/providers/docker/imageInputs.ts";

test("the provider's host wins over the environment's", () => {
  const config = { "docker:config:host": "tcp://a:1" };
  expect(daemonConfig(config, { DOCKER_HOST: "tcp://b:2" })).toEqual({ host: "tcp://a:1" });
  expect(daemonConfig({}, { DOCKER_HOST: "tcp://b:2" })).toEqual({ host: "tcp://b:2" });
  expect(daemonConfig({}, {})).toEqual({});
});

test("a daemon behind TLS is refused", () => {
  expect(() => daemonConfig({}, { DOCKER_CERT_PATH: "/certs" })).toThrow("DOCKER_CERT_PATH is set");
});

const served = { imageName: "x", skipPush: true, build: { context: ".", platform: "linux/amd64", args: {} } };

test.each<[object, string[]]>([
  [{}, []],
  [{ buildOnPreview: false }, []],
  [{ buildOnPreview: true }, ["buildOnPreview"]],
  [{ skipPush: false }, ["skipPush"]],
  [{ registry: { server: "r.io" }, tags: [] }, ["registry", "tags"]],
  [{ build: { context: ".", cacheFrom: {}, target: "t" } }, ["build.cacheFrom", "build.target"]],
])("an image with %j is refused for %j", (more, properties) => {
  expect(refusals({ ...served, ...more }).map(({ property }) => property)).toEqual(properties);
});
