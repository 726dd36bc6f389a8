import { describe, expect, test } from "vitest";
import { commands, type MachineView, machineClosed, machineFindings } from "../../../ops/machineFindings.ts";
import { modelShape } from "../../../ops/modelFinding.ts";
import { outputs } from "./outputs.ts";

const health = { status: "ok", bootstrapStatus: "ready", warnings: [] };
const device = { state: "Running", name: "acme.tail1234.ts.net", problem: "", fix: "", warning: "" };

const model = modelShape.parse({
  credential: "CLAUDE_CODE_OAUTH_TOKEN",
  asking: false,
  status: 200,
  message: "",
});

const kernel: MachineView["kernel"] = {
  release: "6.12.47-fly",
  sharing: "acl",
  homes: "landlock",
  agents: "netfilter",
  ports: "closed",
  open: [],
  absent: [],
};

const problems = (changes: Partial<MachineView>) =>
  machineFindings({ health, device, model, kernel, ...changes }, outputs).flatMap(({ text, fix }) =>
    fix === undefined ? [] : [`${text} → ${fix}`],
  );

test("a machine that answers and is open in the tailnet is well", () => {
  expect(problems({})).toEqual([]);
});

test("right after a first `pulumi up` nothing is wrong: the invitation is open, and the first backup is still to come", () => {
  const warnings = [{ code: "database_backup_missing", message: "No recent database backup was found." }];
  const first = { ...health, bootstrapStatus: "bootstrap_pending", bootstrapInviteActive: true, warnings };
  const found = machineFindings({ health: first, device, model, kernel }, outputs, 0.1);
  expect(found.filter(({ fix }) => fix)).toEqual([]);
  expect(found.find(({ subject }) => subject === "administrator")?.text).toBe(
    "nobody yet; the invitation is open: pulumi stack output inviteUrl --show-secrets",
  );
});

describe("each trouble of the machine is one finding with the way to its cause:", () => {
  test.each<[string, Partial<MachineView>, RegExp]>([
    ["Paperclip does not answer", { health: undefined }, /does not answer → flyctl logs --app acme/],
    ["Paperclip is not ready", { health: { ...health, status: "starting" } }, /is starting → flyctl logs/],
    [
      "Paperclip's own warning",
      { health: { ...health, warnings: [{ message: "the last backup failed" }] } },
      /the last backup failed → flyctl logs/,
    ],
    [
      "nobody administers it, and the invitation has expired",
      { health: { ...health, bootstrapStatus: "bootstrap_pending", bootstrapInviteActive: false } },
      /nobody yet → flyctl machine exec m1 paperclip-invite --app acme/,
    ],
    [
      "the device cannot join",
      { device: { ...device, state: "NeedsLogin", problem: "cannot join: invalid key" } },
      /cannot join: invalid key → flyctl logs/,
    ],
    [
      "somebody has to change something in the tailnet",
      { device: { ...device, problem: "HTTPS certificates are off", fix: "turn them on: https://x" } },
      /HTTPS certificates are off → turn them on: https:\/\/x$/,
    ],
    ["tailscaled does not run", { device: { ...device, state: "NotRunning" } }, /the device is NotRunning/],
    [
      "another name",
      { device: { ...device, name: "acme-1.tail1234.ts.net" } },
      /acme-1\.\S+, not acme\.\S+ → pulumi up/,
    ],
    [
      "a prebuilt image without the program of an agent",
      { model: { ...model, missing: ["codex"] } },
      /has no program of codex.* → an image built with ADAPTERS="claude codex", or pulumi config rm image/,
    ],
    [
      "a prebuilt image without tools of the setting",
      { model: { ...model, missingTools: ["native"] } },
      /has not the tools "native", so .* → an image built with TOOLS="base native", or pulumi config rm image/,
    ],
    [
      "an image from before the question about the kernel",
      { kernel: undefined },
      /cannot be asked what it leaves open to agents → pulumi up/,
    ],
    [
      "a kernel that cannot close ports",
      { kernel: { ...kernel, agents: "userspace", ports: "open" } },
      /6\.12\.47-fly cannot close .* → pulumi stack output tailnetPolicy/,
    ],
    ["no relay", { device: { ...device, warning: "no relay" } }, /no relay → flyctl logs/],
  ])("%s", (_, changes, line) => {
    expect(problems(changes)).toEqual([expect.stringMatching(line)]);
  });
});

test("doctor says how each device connects to the machine, and says nothing about a device that is not in the tailnet", () => {
  const said = (changes: Partial<MachineView["device"]>) =>
    machineFindings({ health, device: { ...device, ...changes }, model, kernel }, outputs)
      .filter(({ subject }) => subject === "connection")
      .map(({ text, fix }) => [text, fix]);
  const peers = [
    { name: "laptop", way: "direct" },
    { name: "phone", way: "relay Frankfurt" },
  ];
  expect(said({ peers })).toEqual([["laptop direct, phone relay Frankfurt", undefined]]);
  expect(said({})).toEqual([["no device talks to the machine just now", undefined]]);
  expect(said({ state: "NeedsLogin", peers })).toEqual([]);
});

test("doctor names the command for a forgotten password where somebody administers the machine, and nowhere else", () => {
  const said = (bootstrapStatus: string) =>
    machineFindings({ health: { ...health, bootstrapStatus }, device, model, kernel }, outputs).flatMap(
      ({ text, fix }) => [text, fix ?? ""],
    );
  const command = "flyctl machine exec m1 paperclip-password --app acme";
  expect(said("ready")).toContainEqual(`there is one; a forgotten password: ${command}`);
  expect(said("bootstrap_pending").join()).not.toContain("paperclip-password");
});

test("a machine that the token has no access to is one finding, with the command for a token that has just that right", () => {
  expect(machineClosed(outputs).fix).toMatch(
    /flyctl tokens create machine-exec --app acme --expiry 24h --command 'curl .*' --command 'paperclip-tailnet' --command 'paperclip-model' --command 'paperclip-cpu' --command 'paperclip-kernel'/,
  );
});

test("no command that doctor runs in the machine has a comma, which flyctl takes for the end of a command in a token", () => {
  expect(Object.values(commands).join("")).not.toContain(",");
});

test.each<[string, Partial<NonNullable<MachineView["kernel"]>>, string]>([
  [
    "has all",
    {},
    "files are shared by access control lists, agents are kept from each other's homes by Landlock, agents are kept from the tailnet by netfilter",
  ],
  ["has no Landlock", { homes: "none" }, "agents get at each other's homes"],
  ["is of an image from before that question", { homes: undefined }, "agents get at each other's homes"],
  ["has no access control lists", { sharing: "group" }, "files are shared by a group"],
  [
    "cannot tell users apart in netfilter",
    { agents: "routes" },
    "agents are kept from the tailnet by routes",
  ],
  ["can keep nobody from a device", { agents: "userspace" }, "the machine has no route into the tailnet"],
  ["cannot be closed", { open: ["fs.protected_hardlinks"] }, "open to agents: fs.protected_hardlinks"],
])("a kernel that %s is told of, and is nothing that the operator could fix", (_, changes, text) => {
  const found = machineFindings({ health, device, model, kernel: { ...kernel, ...changes } }, outputs);
  const finding = found.find(({ subject }) => subject === "kernel");
  expect(finding?.text).toContain(text);
  expect(finding?.fix).toBeUndefined();
});
