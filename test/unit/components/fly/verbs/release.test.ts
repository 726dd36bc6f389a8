import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as release from "../../../../../components/fly/verbs/release.ts";
import { type FakeFlyctl, fakeFlyctl } from "../../../../support/fakeFlyctl.ts";
import { pausesTakeNoTime } from "../../../../support/patience.ts";
import { inputsOf } from "../../../../support/verbInputs.ts";

beforeEach(pausesTakeNoTime);

const values: Record<string, string> = {
  APP: "acme",
  IMAGE: "registry.fly.io/acme@sha256:1",
  FLY_TOML: 'app = "acme"\n',
};
const healthy = {
  id: "m1",
  state: "started",
  region: "ams",
  private_ip: "fdaa:0:1:a7b:1::2",
  image_ref: { digest: "sha256:1" },
  checks: [{ name: "alive", status: "passing" }],
};

let flyctl: FakeFlyctl;
let said: string[];

beforeEach(async () => {
  flyctl = await fakeFlyctl();
  said = [];
  await flyctl.answers("machine list", [healthy]);
  await flyctl.answers("ips list", []);
  await flyctl.answers("secrets list", []);
});

afterEach(() => flyctl.remove());

const create = () => release.create(inputsOf(values, { said }));
const deploys = async () => (await flyctl.calls()).filter((call) => call.startsWith("deploy "));

test("of the quarter of an hour that a release waits, flyctl gets five minutes", async () => {
  await flyctl.answers("deploy", "done");
  expect(await create()).toMatchObject({ machineId: "m1", region: "ams" });
  expect(await deploys()).toEqual([expect.stringContaining("--wait-timeout 300s")]);
});

describe("a deploy that ended because flyctl waits no longer", () => {
  test.each([
    "timeout reached waiting for machine's state to change",
    "timeout reached waiting for health checks to pass for machine m1: failed to get VM m1: context deadline exceeded",
    "failed to get VM m1: net/http: request canceled",
  ])("is no failure where the machine becomes healthy: %s", async (error) => {
    await flyctl.answers("deploy", { error });
    await flyctl.answers("machine list", [], [{ ...healthy, state: "starting" }], [healthy]);
    await create();
    expect(said).toContain("flyctl waits no longer; looking at the machine itself");
    expect(said).toContain("the machine m1 is starting");
    expect(await deploys()).toHaveLength(1);
  });
});

test("a deploy that Fly.io refused to release is a failure at once, and no machine that is locked", async () => {
  await flyctl.answers("deploy", { error: "failed to create release: 500" });
  await expect(create()).rejects.toThrow("failed to create release: 500");
  expect(await deploys()).toHaveLength(1);
});
