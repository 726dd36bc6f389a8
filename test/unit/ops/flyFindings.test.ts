import { describe, expect, test } from "vitest";
import { type FlyView, flyFindings } from "../../../ops/flyFindings.ts";
import { outputs } from "./outputs.ts";

const well: FlyView = {
  machines: [
    {
      id: outputs.machineId,
      state: "started",
      region: "ams",
      config: { guest: { cpu_kind: "shared", cpus: 1, memory_mb: 1024 } },
      image_ref: { digest: "sha256:1" },
      checks: [{ name: "http", status: "passing" }],
    },
  ],
  volumes: [{ id: outputs.volumeId, region: "ams", size_gb: 3, attached_machine_id: outputs.machineId }],
  addresses: [{ Address: "fdaa::1", Type: "private_v6" }],
  secrets: [
    { name: "BETTER_AUTH_SECRET", status: "Deployed" },
    { name: "TAILSCALE_AUTH_KEY", status: "Staged" },
  ],
};

const [machine] = well.machines;
const [volume] = well.volumes;
if (!machine || !volume) throw new Error("the view has one of each");

/** What is said to be wrong, as lines of what and how to mend it. */
const wrong = (changes: Partial<FlyView>) =>
  flyFindings({ ...well, ...changes }, outputs).flatMap(({ text, mend }) =>
    mend === undefined ? [] : [`${text} → ${mend}`],
  );

test("an app as the stack has left it is well, a key that waits for the next release included", () => {
  expect(wrong({})).toEqual([]);
});

describe("each difference from the stack is one finding with the command that mends it:", () => {
  test.each<[string, Partial<FlyView>, RegExp]>([
    ["no machine", { machines: [] }, /m1 is gone → pulumi up/],
    [
      "a stopped machine",
      { machines: [{ ...machine, state: "stopped" }] },
      /m1 is stopped → flyctl machine start m1 --app acme/,
    ],
    [
      "a second machine",
      { machines: [machine, { ...machine, id: "m2" }] },
      /m2 besides the stack's own → flyctl machine destroy m2 --app acme/,
    ],
    [
      "a machine that Fly.io stopped soon after its start, as it does without a card",
      {
        machines: [
          {
            ...machine,
            state: "stopped",
            events: [
              { type: "exit", timestamp: 301_000, request: { exit_event: { exit_code: 0 } } },
              { type: "start", timestamp: 1_000 },
            ],
          },
        ],
      },
      /m1 is stopped; .*had no card.* → add a card \(.*\), then flyctl machine start m1 --app acme/,
    ],
    [
      "a machine whose image is being fetched",
      { machines: [{ ...machine, state: "replacing", checks: [] }] },
      /m1 is replacing: Fly.io fetches the image.* → flyctl status --app acme/,
    ],
    [
      "a check without a result",
      { machines: [{ ...machine, checks: [] }] },
      /Fly.io's check has no result yet → flyctl logs --app acme/,
    ],
    [
      "a failing check",
      { machines: [{ ...machine, checks: [{ name: "http", status: "critical", output: "refused" }] }] },
      /http is critical: refused → flyctl logs --app acme/,
    ],
    [
      "another image",
      { machines: [{ ...machine, image_ref: { digest: "sha256:2" } }] },
      /the machine runs sha256:2, not the stack's registry.fly.io\/acme@sha256:1/,
    ],
    ["no volume", { volumes: [] }, /v1 is gone → restore it from a snapshot/],
    [
      "a volume without the machine",
      { volumes: [{ ...volume, attached_machine_id: null }] },
      /v1 is not attached/,
    ],
    [
      "a public address",
      { addresses: [{ Address: "1.2.3.4", Type: "shared_v4" }] },
      /open to the internet: 1.2.3.4 → flyctl ips release 1.2.3.4 --app acme/,
    ],
    [
      "a secret that waits for a release",
      { secrets: [...well.secrets, { name: "GITHUB_TOKEN", status: "Staged" }] },
      /GITHUB_TOKEN wait for a release, or any start of the machine → pulumi up/,
    ],
  ])("%s", (_, changes, line) => {
    expect(wrong(changes)).toEqual([expect.stringMatching(line)]);
  });
});
