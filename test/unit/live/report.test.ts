import { expect, test } from "vitest";
import { secretsOf } from "../../live/liveStack.ts";
import { withoutSecrets } from "../../live/recorder/withoutSecrets.ts";
import { type Report, reportText, succeeded } from "../../live/report.ts";
import { doctorSays, summary, unchanged } from "../../live/story.ts";

const report: Report = {
  started: "2026-11-28T12:00:00.000Z",
  app: "paperclip-live-1",
  region: "ams",
  asked: { fly: "https://api.fly.io", tailscale: "https://api.tailscale.com" },
  price: "0.009 US dollars an hour",
  steps: [{ name: "pulumi up", seconds: 100, ok: true, text: "+ 15 created" }],
  probes: [
    { name: "kernel", assumes: "Linux 6.1", command: "x", found: "6.12 | fly", verdict: "as assumed" },
    {
      name: "user namespaces",
      assumes: "none",
      command: "x",
      found: "an agent makes one",
      verdict: "otherwise",
    },
  ],
  removedByName: [],
  left: [],
  recordings: "test-results/live",
};

test("a report has each step, each probe with its verdict, and what is left, and a finding is no failure", () => {
  const text = reportText(report);
  expect(text).toContain("| pulumi up | 100.0 | well | + 15 created |");
  expect(text).toContain("| kernel | Linux 6.1 | 6.12 \\| fly | as assumed |");
  expect(text).toContain("| user namespaces | none | an agent makes one | **otherwise** |");
  expect(text).toContain("Probes: 1 as assumed, 1 otherwise, 0 no answer.");
  expect(text).toContain("Nothing is left.");
  expect(succeeded(report)).toBe(true);
});

test.each<[string, Partial<Report>, RegExp]>([
  ["a step has failed", { steps: [{ name: "doctor", seconds: 1, ok: false, text: "x" }] }, /\*\*failed\*\*/],
  ["nothing was done", { steps: [] }, /^# Run/],
  ["something is left", { left: ["app paperclip-live-1"] }, /\*\*Still there: app paperclip-live-1\.\*\*/],
  [
    "pulumi destroy has left something",
    { removedByName: ["key k1"] },
    /left key k1, which was removed by name/,
  ],
])("a run is no success when %s", (_, changes, line) => {
  expect(succeeded({ ...report, ...changes })).toBe(false);
  expect(reportText({ ...report, ...changes })).toMatch(line);
});

const ended = (output: string, exitCode = 0) => ({
  exitCode,
  output,
  stdout: output,
  stderr: "",
  seconds: 1,
});

test("an update says what it did, and an update with changes is not mistaken for one without", () => {
  const made = "…\nResources:\n    + 15 created\n    2 unchanged\n\nDuration: 20s\n";
  expect(summary(ended(made))).toBe("+ 15 created, 2 unchanged");
  expect(() => unchanged(ended(made))).toThrow(/something was changed: \+ 15 created/);
  expect(unchanged(ended("Resources:\n    17 unchanged\n\nDuration: 2s\n"))).toBe("17 unchanged");
  expect(() => summary(ended("error: no such region", 255))).toThrow(/exit code 255[\s\S]*no such region/);
});

test("doctor is well when all that it finds wrong is what a new machine cannot have yet", () => {
  const well = "✓ machine      m1 is started\n✓ connection   visitor relay Frankfurt";
  const young =
    "✗ cpu          held back for 40 % of the last ten seconds\n               → pulumi config set size x";
  expect(doctorSays(ended(`${well}\n${young}`, 1))).toBe(
    "2 findings are well; connection: visitor relay Frankfurt",
  );
  expect(() => doctorSays(ended(`${well}\n✗ tailnet      the device is Stopped`, 1))).toThrow(
    /the device is Stopped/,
  );
  expect(() => doctorSays(ended("Error: no stack", 1))).toThrow(/says nothing/);
});

test("a recording holds no secret: of the environment, by the form, or by the field that it is in", () => {
  const environment = {
    FLY_API_TOKEN: "FlyV1 fm2_lJPECAAA",
    MY_SECRET: "correct horse",
    PATH: "/usr/local/bin",
  };
  const recording = {
    argv: ["tokens", "create", "deploy"],
    stdout:
      "FlyV1 fm2_abcDEF+/=,fm2_ghi\nat /usr/local/bin: correct horse\nhttps://a.ts.net/invite/pcp_bootstrap_0123",
    requests: [
      { url: "/graphql", variables: { input: { secrets: [{ key: "A", value: "first value" }] } } },
      { url: "/v1/apps/a/secrets", body: { values: { B: "second value" } } },
      {
        url: "/x",
        body: { note: "tskey-auth-k1-xyz sk-ant-api03-abc", code: encodeURIComponent("correct horse") },
      },
    ],
  };
  const text = JSON.stringify(withoutSecrets(recording, environment));
  for (const secret of ["fm2_", "horse", "pcp_", "first value", "second value", "tskey-", "sk-ant-"])
    expect(text).not.toContain(secret);
  for (const kept of ["deploy", "/usr/local/bin", "https://a.ts.net/invite/", '"key":"A"', '"B"'])
    expect(text).toContain(kept);
});

test("the secrets that the program makes are read from its state: the key, random secrets, and the end of the invitation's address", () => {
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47",
    plaintext: JSON.stringify(value),
  });
  const resource = (name: string, outputs: object) => ({ urn: `urn:pulumi:s::p::t::${name}`, outputs });
  const resources = [
    resource("stack", {
      url: "https://a.ts.net",
      inviteUrl: secret("https://a.ts.net/invite/pcp_bootstrap_1"),
    }),
    resource("auth-key", { key: secret("tskey-auth-1234"), id: "k1" }),
    resource("auth-secret", { result: secret("0123456789abcdef"), length: 48 }),
    resource("release", { stdout: secret('{"machineId":"d8"}') }),
    { urn: "urn:pulumi:s::p::t::provider" },
  ];
  expect([...secretsOf({ deployment: { resources } }).values()]).toEqual([
    "pcp_bootstrap_1",
    "tskey-auth-1234",
    "0123456789abcdef",
  ]);
});
