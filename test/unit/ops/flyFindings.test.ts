import { describe, expect, test } from "vitest";
import { type FlyView, flyFindings } from "../../../ops/flyFindings.ts";
import { outputs } from "./outputs.ts";

const well: FlyView = {
  machines: [
    {
      id: outputs.machineId,
      state: "started",
      region: "ams",
      private_ip: "fdaa:0:1:a7b::2",
      config: { guest: { cpu_kind: "shared", cpus: 1, memory_mb: 1024 } },
      image_ref: { digest: "sha256:1" },
      checks: [{ name: "http", status: "passing" }],
    },
  ],
  volumes: [
    {
      id: outputs.volumeId,
      name: "paperclip_data",
      state: "created",
      region: "ams",
      size_gb: 3,
      created_at: "2026-11-28T12:00:00Z",
      attached_machine_id: outputs.machineId,
    },
  ],
  addresses: [{ Address: "fdaa:0:1:0:1::2", Type: "private_v6" }],
  secrets: [
    { name: "BETTER_AUTH_SECRET", status: "Deployed" },
    { name: "TAILSCALE_AUTH_KEY", status: "Staged" },
  ],
};

const [machine] = well.machines;
const [volume] = well.volumes;
if (!machine || !volume) throw new Error("the view has one of each");

/** The problems found, each as a line of what is wrong and how to fix it. */
const problems = (changes: Partial<FlyView>) =>
  flyFindings({ ...well, ...changes }, outputs).flatMap(({ text, fix }) =>
    fix === undefined ? [] : [`${text} → ${fix}`],
  );

test("an app as the stack has left it is well, a key that waits for the next release included", () => {
  expect(problems({})).toEqual([]);
});

describe("each difference from the stack is one finding with the command that fixes it:", () => {
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
    ["no volume", { volumes: [] }, /v1 is gone.* → flyctl volumes snapshots list v1 --app acme/],
    [
      "only a volume that is deleted",
      { volumes: [{ ...volume, state: "pending_destroy" }] },
      /v1 is gone.* → flyctl volumes snapshots list v1 --app acme/,
    ],
    [
      "a volume without the machine",
      { volumes: [{ ...volume, attached_machine_id: null }] },
      /v1, 3 GB in ams, created: not attached .*look again in ten minutes → flyctl volumes list --app acme/,
    ],
    [
      "two volumes of one name without the machine",
      {
        volumes: [
          { ...volume, attached_machine_id: null },
          { ...volume, id: "v2", state: "hydrating", attached_machine_id: null },
        ],
      },
      /v1, 3 GB in ams, created; v2, 3 GB in ams, hydrating: not attached .* → flyctl volumes list --app acme/,
    ],
    [
      "a public address",
      { addresses: [...well.addresses, { Address: "1.2.3.4", Type: "shared_v4" }] },
      /open to the internet: 1.2.3.4 → flyctl ips release 1.2.3.4 --app acme/,
    ],
    [
      "a private address in another network",
      { addresses: [...well.addresses, { Address: "fdaa:0:2:0:1::2", Type: "private_v6" }] },
      /open to another private network: fdaa:0:2:0:1::2 → flyctl ips release fdaa:0:2:0:1::2 --app acme/,
    ],
    [
      "no address in the app's own network",
      { addresses: [] },
      /none in the app's own private network → flyctl ips allocate-v6 --private --network paperclip-acme --app acme/,
    ],
    [
      "a secret that waits for a release",
      { secrets: [...well.secrets, { name: "GITHUB_TOKEN", status: "Staged" }] },
      /GITHUB_TOKEN wait for a release, or any start of the machine → pulumi up/,
    ],
  ])("%s", (_, changes, line) => {
    expect(problems(changes)).toEqual([expect.stringMatching(line)]);
  });
});

describe("a volume that Fly.io has moved is no fault:", () => {
  const copy = { ...volume, id: "v2", created_at: "2026-11-29T12:00:00Z" };
  const said = (volumes: FlyView["volumes"]) =>
    flyFindings({ ...well, volumes }, outputs).find(({ subject }) => subject === "volume");

  test("its new id is told", () => {
    expect(said([copy])).toEqual({
      subject: "volume",
      text: "v2, 3 GB in ams; Fly.io has moved it, it was v1",
    });
  });

  test.each(["created", "pending_destroy"])(
    "the original beside it, %s, is never to be destroyed",
    (state) => {
      const original = { ...volume, state, attached_machine_id: null };
      const finding = said([original, { ...copy, state: "hydrating" }]);
      expect(finding?.fix).toBeUndefined();
      expect(finding?.text).toMatch(/^v2, 3 GB in ams; Fly\.io has moved it, it was v1/);
    },
  );
});

test("no advice about volumes destroys one", () => {
  const states = ["created", "hydrating", "pending_destroy"];
  const machines = [outputs.machineId, "m2", null];
  const one = states.flatMap((state) =>
    machines.map((attached_machine_id) => ({ ...volume, state, attached_machine_id })),
  );
  const two = one.flatMap((first) => one.map((second) => [first, { ...second, id: "v2" }]));
  for (const volumes of [[], ...one.map((alone) => [alone]), ...two]) {
    expect(problems({ volumes }).join()).not.toMatch(/destroy /);
  }
});
