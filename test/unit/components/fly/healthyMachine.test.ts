import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchedBefore, healthyMachine } from "../../../../components/fly/healthyMachine.ts";
import { type FakeFlyctl, fakeFlyctl } from "../../../support/fakeFlyctl.ts";
import { pausesTakeNoTime } from "../../../support/patience.ts";

beforeEach(pausesTakeNoTime);

const image = "registry.fly.io/acme@sha256:1";
const machine = {
  id: "m1",
  state: "started",
  region: "ams",
  private_ip: "fdaa:0:1::2",
  image_ref: { digest: "sha256:1" },
  checks: [],
};
const healthy = { ...machine, checks: [{ name: "alive", status: "passing" }] };

let flyctl: FakeFlyctl;
let said: string[];

beforeEach(async () => {
  flyctl = await fakeFlyctl();
  said = [];
});

afterEach(() => flyctl.remove());

const wait = (seconds = 60) => ({
  app: "acme",
  until: Date.now() + seconds * 1000,
  progress: (line: string) => said.push(line),
});

test("a machine whose check has had no result is waited for, and it is said once", async () => {
  await flyctl.answers("machine list", [machine], [machine], [healthy]);
  expect(await healthyMachine(wait(), image)).toMatchObject({ id: "m1" });
  expect(said).toEqual(["the machine m1 is started; Fly.io's check has no result yet"]);
});

test("a machine whose image is being fetched is waited for, and is started if it then stands still", async () => {
  const states = ["replacing", "stopped"].map((state) => [{ ...machine, state }]);
  await flyctl.answers("machine list", ...states, [healthy]);
  await flyctl.answers("machine start", "m1 has been started");
  await healthyMachine(wait(), image);
  expect(said[0]).toMatch(/m1 is replacing: Fly\.io fetches the image, which can take ten minutes/);
  expect(said[1]).toMatch(/^starting the machine m1, which was stopped/);
});

test("a healthy machine that still has the previous image is not the one that is waited for", async () => {
  await flyctl.answers("machine list", [{ ...healthy, image_ref: { digest: "sha256:0" } }], [healthy]);
  await healthyMachine(wait(), image);
  expect((await flyctl.calls()).filter((call) => call.startsWith("machine list"))).toHaveLength(2);
});

test("when patience ends, the error says what the machine does, and that the next update goes on", async () => {
  await flyctl.answers("machine list", [{ ...machine, state: "replacing" }]);
  await expect(healthyMachine(wait(1), image)).rejects.toThrow(
    /m1 is replacing: Fly\.io fetches the image[\s\S]*look again with: pulumi up/,
  );
});

test("a release waits for the image that the update before it was waiting for", async () => {
  await flyctl.answers("machine list", [{ ...machine, state: "created" }], [machine]);
  await flyctl.answers("machine start", { error: "unable to start machine from current state: 'created'" });
  await fetchedBefore(wait());
  expect(said).toEqual([expect.stringContaining("m1 is created: Fly.io fetches the image")]);
});

test("an app that is gone is not waited for, a question that failed is asked again", async () => {
  await flyctl.answers("machine list", { error: "failed to list VMs: 500" }, { error: "app not found" });
  await expect(fetchedBefore(wait())).rejects.toThrow("app not found");
  expect(said).toEqual(["flyctl machine list: failed to list VMs: 500; looking again"]);
});
