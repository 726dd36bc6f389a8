import { expect, test } from "vitest";
import * as commands from "../../../../components/fly/commands.ts";

const { apps, ips, machine, platform, secrets, volumes } = commands;
const newVolume = {
  ...{ name: "paperclip_data", region: "ams", sizeGb: "3", retentionDays: "5" },
  machine: { size: "shared-cpu-1x", memoryMb: "1024" },
};
const release = { config: "/tmp/fly.toml", image: "registry.fly.io/acme@sha256:1", waitSeconds: 300 };

/** Each of flyctl's command lines, as a person would type it. */
const lines: [words: string[], typed: string][] = [
  [apps.list("personal"), "apps list --org personal"],
  [
    apps.create("acme", { organization: "personal", network: "paperclip-acme" }),
    "apps create acme --org personal --network paperclip-acme --yes",
  ],
  [apps.destroy("acme"), "apps destroy acme --yes"],
  [ips.list("acme"), "ips list --app acme"],
  [ips.allocate("acme", "paperclip-acme"), "ips allocate-v6 --private --network paperclip-acme --app acme"],
  [ips.release("acme", "fdaa::1"), "ips release fdaa::1 --app acme"],
  [machine.list("acme"), "machine list --app acme"],
  [machine.start("acme", "m1"), "machine start m1 --app acme"],
  [machine.restart("acme", "m1"), "machine restart m1 --app acme"],
  [machine.exec("acme", "m1", "paperclip-cpu"), "machine exec m1 paperclip-cpu --timeout 60 --app acme"],
  [platform.regions(), "platform regions"],
  [secrets.list("acme"), "secrets list --app acme"],
  [secrets.import("acme"), "secrets import --stage --app acme"],
  [secrets.set("acme", "A"), "secrets set A=- --stage --app acme"],
  [secrets.unset("acme", ["A", "B"]), "secrets unset A B --stage --app acme"],
  [secrets.deploy("acme"), "secrets deploy --dns-checks=false --app acme"],
  [volumes.list("acme"), "volumes list --app acme"],
  [
    volumes.create("acme", newVolume),
    "volumes create paperclip_data --app acme --region ams --size 3 --yes --snapshot-retention 5 --vm-size shared-cpu-1x --vm-memory 1024",
  ],
  [volumes.extend("acme", "vol_1", 4), "volumes extend vol_1 --app acme --size 4 --yes"],
  [volumes.keepSnapshots("acme", "vol_1", "14"), "volumes update vol_1 --app acme --snapshot-retention 14"],
  [volumes.destroy("acme", "vol_1"), "volumes destroy vol_1 --app acme --yes"],
  [
    commands.deploy("acme", release),
    "deploy --app acme --config /tmp/fly.toml --image registry.fly.io/acme@sha256:1 --wait-timeout 300s --yes --ha=false --no-public-ips --dns-checks=false --wg=false --deploy-retries 0",
  ],
];

test.each(lines.map(([words, typed]) => [typed, words] as const))("flyctl %s", (typed, words) => {
  expect(words.join(" ")).toBe(typed);
});

test("every command line is in this list", () => {
  const makers = Object.values(commands).flatMap((noun) =>
    typeof noun === "function" ? [noun] : Object.values(noun),
  );
  expect(lines).toHaveLength(makers.length);
});

test("a command for the machine is passed as one word, however many words it has", () => {
  expect(machine.exec("acme", "m1", "curl --silent http://127.0.0.1:3100")[3]).toBe(
    "curl --silent http://127.0.0.1:3100",
  );
});
