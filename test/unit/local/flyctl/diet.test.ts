import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Command } from "../../../../local/flyctl/cli/command.ts";
import { findCommand } from "../../../../local/flyctl/cli/findCommand.ts";
import { root } from "../../../../local/flyctl/commandTree.ts";
import { readProbes } from "../../../contract/flyctl/recordings.ts";

// The stand-in for flyctl has only commands and flags with a user. The program, the operator's tools, the bench or a test of these calls
// them, or one of our texts tells somebody to type them. The test finds both kinds of use in the sources.

const folder = join(import.meta.dirname, "../../../..");

/** Commands that are needed soon, and for what. Until then some of them have no user. */
const toCome: Record<string, string> = {
  "flyctl volumes snapshots create": "a backup before an update",
  "flyctl volumes snapshots list": "restoring a backup",
  "flyctl volumes fork": "restoring a backup",
  "flyctl logs": "a machine's log in doctor",
  "flyctl tokens create deploy": "changing the token",
  "flyctl machine destroy": "removing a second machine",
};

/** Flags without another user than a recorded run, which compares a used command with the real flyctl. */
const recordedWith: [flag: string, recording: string][] = [
  ["--now", "19-deploy-first"],
  ["--strategy", "28-deploy-rolling"],
  ["--smoke-checks", "deploy-stopped-machine"],
  ["--json", "04-vm-sizes"],
  ["--json", "26-releases"],
  ["--json", "35-volumes-extend"],
  ["--json", "volumes-update-json"],
  ["--scheduled-snapshots", "volumes-update-json"],
  ["--region", "ips-allocate-private"],
  ["--org", "ips-allocate-private"],
  ["--check-name", "checks-list"],
  ["--skip-health-checks", "machine-restart"],
  ["--signal", "machine-stop"],
];

const filesOf = (...places: string[]): string[] =>
  places.flatMap((place) =>
    /\.\w+$/.test(place)
      ? [readFileSync(join(folder, place), "utf8")]
      : readdirSync(join(folder, place), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && /\.(ts|md|sh|js|mjs)$/.test(entry.name))
          .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
  );

const tests = ["engine", "image", "security", "e2e", "live", "support"].map((name) => `test/${name}`);
const callers = filesOf("components", "ops", "bench", "program", ...tests);
const texts = [...callers, ...filesOf("docs", "docker", "README.md", "CONTRIBUTING.md", "Pulumi.yaml")];

const flagsIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w-])--?[a-z][a-z0-9-]*/g)].map(([flag]) => flag);

/** The flags of all calls of a command. A call in code counts with all flags of its file. Undefined if there is no call. */
function usesOf(words: string[]): Set<string> | undefined {
  const line = new RegExp(`\\b${["flyctl", ...words].join(" ")}(?![\\w-])([^\`|;&\\n]*)`, "g");
  const typed = texts.flatMap((text) => [...text.matchAll(line)].map(([, rest = ""]) => flagsIn(rest)));
  const list = new RegExp(`[[(]\\s*${words.map((word) => `"${word}"`).join(",\\s*")}[,\\]]`);
  const called = callers
    .filter((text) => list.test(text))
    // Two helpers add --json to what they are given.
    .map((text) => [...flagsIn(text), ...(/\bflyctlJson\(|\.fly[<(]/.test(text) ? ["--json"] : [])]);
  const all = [...typed, ...called];
  return all.length === 0 ? undefined : new Set(all.flat());
}

interface Offer {
  words: string[];
  flags: NonNullable<Command["flags"]>;
}

const offers = (
  { commands = [], notEmulated = [], flags = [], run }: Command,
  words: string[] = [],
): Offer[] => [
  ...(run ? [{ words, flags }] : []),
  ...notEmulated.map((name) => ({ words: [...words, name], flags: [] })),
  ...commands.flatMap((command) => offers(command, [...words, command.name])),
];

const nameOf = ({ words }: Offer) => ["flyctl", ...words].join(" ");

/** Whether the recording listed for the flag is a run of that command with that flag. */
function isRecorded({ words }: Offer, flag: string): boolean {
  return recordedWith.some(([recordedFlag, recording]) => {
    const probe = probes.find(({ probe: name }) => name === recording);
    return (
      recordedFlag === flag && probe !== undefined && isRunOf(probe.argv, words) && has(probe.argv, flag)
    );
  });
}

const probes = ["flyctl-probes.jsonl", "flyctl-more.jsonl"].flatMap(readProbes);
const isRunOf = (argv: string[], words: string[]) => words.every((word, index) => argv[index] === word);
const has = (argv: string[], flag: string) => argv.some((word) => word.split("=")[0] === flag);

/** Offered commands and flags that nobody uses. */
function unused(offered: Offer[]): string[] {
  return offered.flatMap((offer) => {
    const uses = usesOf(offer.words);
    if (nameOf(offer) in toCome) return [];
    if (!uses) return [nameOf(offer)];
    return offer.flags
      .filter(({ name, short }) => !uses.has(`--${name}`) && !(short && uses.has(`-${short}`)))
      .filter(({ name }) => !isRecorded(offer, `--${name}`))
      .map(({ name }) => `${nameOf(offer)} --${name}`);
  });
}

test("every command and flag of the stand-in is used by somebody", () => {
  expect(unused(offers(root))).toEqual([]);
});

test("a command and a flag that nobody uses are named", () => {
  const scale: Command = { name: "scale", run: async () => {} };
  const list: Command = { name: "list", flags: [{ name: "zeal", type: "bool" }], run: async () => {} };
  const tree = { name: "flyctl", commands: [scale, { name: "apps", commands: [list] }] };
  expect(unused(offers(tree))).toEqual(["flyctl scale", "flyctl apps list --zeal"]);
});

test("every exception is needed: its command is offered, and its recording exists", () => {
  const offered = offers(root);
  for (const name of Object.keys(toCome)) expect(offered.map(nameOf)).toContain(name);
  for (const [flag, recording] of recordedWith) {
    const probe = probes.find(({ probe: name }) => name === recording);
    expect(probe && has(probe.argv, flag), `${recording} ${flag}`).toBe(true);
  }
});

test("every run that is recorded is of a command that the stand-in does", () => {
  for (const { probe, argv } of probes) expect(findCommand(root, argv).path.at(-1)?.run, probe).toBeDefined();
});

test("every command that a page tells somebody to type exists, or is refused by name", () => {
  const typed = filesOf("docs", "README.md").flatMap((text) =>
    [...text.matchAll(/`flyctl ([a-z][^`]*)`/g)].map(([, words = ""]) => words.split(/\s+/)),
  );
  expect(typed.length).toBeGreaterThan(20);
  for (const words of typed) {
    const { path, argv } = findCommand(root, words);
    const command = path.at(-1);
    const isThere = command?.run !== undefined || command?.notEmulated?.includes(argv[0] ?? "");
    expect(isThere, `flyctl ${words.join(" ")}`).toBe(true);
  }
});
