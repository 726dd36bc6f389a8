import { afterEach, beforeEach, expect, test } from "vitest";
import * as release from "../../../../../components/fly/verbs/release.ts";
import * as secrets from "../../../../../components/fly/verbs/secrets.ts";
import { type FakeFlyctl, fakeFlyctl } from "../../../../support/fakeFlyctl.ts";
import { pausesTakeNoTime } from "../../../../support/patience.ts";
import { inputsOf } from "../../../../support/verbInputs.ts";

beforeEach(pausesTakeNoTime);

const values: Record<string, string> = {
  APP: "acme",
  IMAGE: "registry.fly.io/acme@sha256:1",
  FLY_TOML: 'app = "acme"\n[env]\nTAILNET_DNS = "tail1234.ts.net"\n',
};
const machine = {
  id: "m1",
  state: "started",
  region: "ams",
  private_ip: "fdaa:0:1:a7b:1::2",
  image_ref: { digest: "sha256:1" },
  checks: [{ name: "alive", status: "passing" }],
};
/** What the release of an earlier version printed. */
const earlier = { machineId: "m1", region: "ams", image: "x", releasedAt: "2026-11-28T00:00:00Z" };

let flyctl: FakeFlyctl;

beforeEach(async () => {
  flyctl = await fakeFlyctl();
  await flyctl.answers("machine list", [machine]);
  await flyctl.answers("ips list", []);
  await flyctl.answers("deploy", "done");
  await flyctl.answers("secrets list", [
    { name: "BETTER_AUTH_SECRET", status: "Deployed" },
    { name: "TAILNET_DNS", status: "Deployed" },
  ]);
  await flyctl.answers("secrets import", "staged");
  await flyctl.answers("secrets unset", "staged");
});

afterEach(() => flyctl.remove());

const inputs = (previous?: object, stdin = "") =>
  inputsOf(values, { stdin, ...(previous ? { previous } : {}) });

/** The calls that change something, with the names of what they change. */
const changes = async () =>
  (await flyctl.calls())
    .filter((call) => /^(deploy|secrets (import|unset))/.test(call))
    .map((call) => call.replace(/ --.*/, ""));

test("a secret that is now a variable of fly.toml keeps a value until the release, and is removed when the machine runs", async () => {
  await release.update(inputs(earlier));
  expect(await changes()).toEqual(["secrets import", "deploy", "secrets unset TAILNET_DNS"]);
});

test("it stays if the release fails, because the machine can start again with the previous fly.toml", async () => {
  await flyctl.answers("deploy", { error: "failed to create release: 500" });
  await expect(release.update(inputs(earlier))).rejects.toThrow("failed to create release");
  expect(await changes()).toEqual(["secrets import", "deploy"]);
});

test("the next release no longer asks for it", async () => {
  const printed = await release.update(inputs(earlier));
  const before = (await flyctl.calls()).length;
  await release.update(inputs(printed));
  const calls = (await flyctl.calls()).slice(before);
  expect(calls.filter((call) => call.startsWith("secrets"))).toEqual([]);
});

test("it stays with a fly.toml that has no value for it, as the one that 0.1.0 released", async () => {
  const printed = await release.update(
    inputsOf({ ...values, FLY_TOML: 'app = "acme"\n[env]\nPORT = "3100"\n' }),
  );
  expect(await changes()).toEqual(["deploy"]);
  // The next release has a fly.toml with the variable, and still has to take care of the secret.
  await release.update(inputs(printed));
  expect((await changes()).slice(1)).toEqual(["secrets import", "deploy", "secrets unset TAILNET_DNS"]);
});

test("an app that never had it changes no secret", async () => {
  await flyctl.answers("secrets list", [{ name: "BETTER_AUTH_SECRET", status: "Deployed" }]);
  await release.create(inputs());
  expect(await changes()).toEqual(["deploy"]);
});

test("the secrets' own update leaves it to the release, and unsets the other secrets that are no longer wanted", async () => {
  const previous = { names: ["BETTER_AUTH_SECRET", "GITHUB_TOKEN", "TAILNET_DNS"], digests: {} };
  const { names } = await secrets.update(inputs(previous, '{"BETTER_AUTH_SECRET":"x"}'));
  expect(await changes()).toEqual(["secrets import", "secrets unset GITHUB_TOKEN"]);
  expect(names).toEqual(["BETTER_AUTH_SECRET"]);
});
