import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { type Outcome, outcomesOf, scriptOf } from "./attempts.ts";

/**
 * Each agent has a home of its own. Other agents try in their tasks to reach what is in it: to the kernel, all agents are the same user.
 */
const engines = ["cli", "acp"];
const instance = "/paperclip/instances/default";
const homes = "/paperclip/agents";

let work: Workplace;
let victim: string;
/** One of the victim's processes. It runs while the others try. */
let program: string;
/** By engine: the agent that tries, and its outcomes. */
const attackers = new Map<string, string>();
const outcomes = new Map<string, Outcome[]>();

/** Appends the id of the agent whose run it is started in. */
const hook = { type: "command", command: 'echo "$PAPERCLIP_AGENT_ID" >> /tmp/hooked' };
const hooks = JSON.stringify({ hooks: { SessionStart: [{ hooks: [hook] }] } });

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage(), {
    memoryMb: 2048,
    run: ["--env", "PAPERCLIP_AGENTS_AT_ONCE=2"],
  });
  await work.machine.exec("bash", "-c", ": > /tmp/hooked; chmod 666 /tmp/hooked");
  victim = await work.hire("Victim", { engine: "cli" });
  await lookAround(victim, "cli", [
    { name: "keep a diary", script: "echo mine > ~/diary && git config --global user.name Mine" },
  ]);
  await work.give(victim, "Write a page of the diary of Victim");
  await pWaitFor(() => work.waitingAt("diary") === 1, { interval: 200, timeout: 120_000 });
  program = await work.machine.exec("pgrep", "--uid", "agent", "--newest", "--full", "claude");
  for (const engine of engines) {
    // Everything that an agent can set to pass for the victim.
    const env = { HOME: `${homes}/${victim}`, PAPERCLIP_AGENT_ID: victim, PAPERCLIP_ON_FLY_AGENT: victim };
    const attacker = await work.hire(`Attacker ${engine}`, { engine, env });
    attackers.set(engine, attacker);
    outcomes.set(engine, await lookAround(attacker, engine, [...forbidden(), ...needed]));
  }
});

afterAll(() => work?.stop());

/** Gives an agent a task that makes these attempts. */
async function lookAround(
  agent: string,
  engine: string,
  attempts: { name: string; script: string }[],
): Promise<Outcome[]> {
  await work.put("/tmp/look-around.sh", scriptOf(attempts));
  await work.done(
    await work.give(agent, `Look around in this machine with ${engine} for ${attempts[0]?.name}`),
  );
  return outcomesOf(await work.machine.exec("cat", `${instance}/workspaces/${agent}/look-around.txt`));
}

const forbidden = () => [
  { name: "list another's home", script: `ls ${homes}/${victim}` },
  { name: "read what another keeps in its home", script: `cat ${homes}/${victim}/diary` },
  { name: "change what another keeps in its home", script: `echo >> ${homes}/${victim}/diary` },
  {
    name: "leave a hook in another's home",
    script: `echo '${hooks}' > ${homes}/${victim}/.claude/settings.json`,
  },
  { name: "make a home for an agent that is hired later", script: `mkdir ${homes}/later` },
  { name: "list whose homes there are", script: `ls ${homes}` },
  {
    name: "read the keys in the environment of another's program",
    script: `test -n "$(cat /proc/${program}/environ)"`,
  },
  { name: "see the files that another's program has open", script: `readlink /proc/${program}/fd/0` },
  { name: "look into the memory of another's program", script: `test -n "$(cat /proc/${program}/maps)"` },
  {
    name: "read the keys that the server has put into a file for another's run",
    script: `grep --recursive --quiet Bearer ${instance}/companies/*/agents/${victim}/claude-runtime`,
  },
];

const needed = [
  {
    name: "a home of its own",
    script: 'echo mine > ~/diary && [[ $HOME != */agent ]] && [ "$(stat --format=%U ~)" = agent ]',
  },
  {
    name: "a place for npm's packages",
    script:
      'rm -rf npm && mkdir -p npm/part && cd npm && echo \'{"name":"part","version":"1.0.0"}\' > part/package.json && npm install ./part && ls node_modules/part ~/.npm',
  },
  {
    name: "its name in its commits, which nobody has to set up",
    script: `rm -rf r && git init -q r && cd r && git commit -q --allow-empty -m 1 &&
      git log -1 --format=%an,%ae,%cn,%ce | sed -E "s/Attacker (acp|cli),$(basename ~)@agents.invalid/its own/g" | grep -Fx "its own,its own"`,
  },
  {
    name: "another name where it wants one: in all its work, in a repository, for a command",
    script: `author() { git var GIT_AUTHOR_IDENT | cut -d" " -f1; }
      cd r && git config --global user.name A && [ "$(author)" = A ] && git config user.name B && [ "$(author)" = B ] &&
      [ "$(git -c user.name=C var GIT_AUTHOR_IDENT | cut -d" " -f1)" = C ] && export GIT_AUTHOR_NAME=D && [ "$(author)" = D ]`,
  },
  {
    name: "commits without the settings that Paperclip writes for Claude Code, also in repositories of before",
    script: `for template in /usr/share/git-core/templates ""; do
      (rm -rf s && git init -q --template="$template" s && cd s && mkdir -p .claude a/.claude && touch f .claude/settings.local.json &&
        touch a/.claude/settings.local.json && git add -A && [ "$(git ls-files)" = f ]) || exit; done`,
  },
  {
    name: "its own list of what git leaves out",
    script: `echo '*.log' >>~/.config/git/ignore && cd s && touch a.log && [ "$(git status --porcelain)" = "A  f" ]`,
  },
  {
    name: "what it installs with npm for all its work, in any shell",
    script: `mkdir -p hello && cd hello && echo '{"name":"hello","version":"1.0.0","bin":{"hello-tool":"hello.js"}}' >package.json &&
      printf '#!/usr/bin/env node\nconsole.log("hello")\n' >hello.js && npm install --global --install-links . && cd / &&
      printf '#!/bin/bash\nhello-tool\n' >~/script && chmod +x ~/script &&
      for shell in "bash -c" "bash -lc" "sh -c" "sh -lc" "env -u PATH bash -lc"; do $shell hello-tool || exit; done && ~/script &&
      [ "$(command -v hello-tool)" = "$HOME/.local/bin/hello-tool" ] && [ "$(command -v claude)" = /usr/local/bin/claude ]`,
  },
  {
    name: "the image's own paperclipai, where npx looks for it before it downloads one",
    script:
      "cd / && [ $(npx --offline hello-tool) = hello ] && [ $(readlink ~/.local/bin/paperclipai) = /usr/local/bin/paperclipai ]",
  },
  {
    name: "pip, in an environment of its own",
    script: `rm -rf v && python3 -m venv v && . v/bin/activate && pip list && [ "$(command -v pip)" = "$PWD/v/bin/pip" ]`,
  },
  { name: "git's settings", script: "git config --global user.name A && git config user.name" },
  { name: "ssh's files in its home", script: "ssh -G somewhere | grep ^userknownhostsfile.$HOME" },
  { name: "its own environment", script: "grep --text --quiet PAPERCLIP_RUN_ID= /proc/self/environ" },
  {
    name: "moves between its workspace, its home and /tmp",
    script: "echo 1 > one && mv one ~/two && mv ~/two /tmp/three.$$ && mv /tmp/three.$$ four && cat four",
  },
  {
    name: "moves and links across folders",
    script: "mkdir -p a b && echo > a/1 && mv a/1 b/ && ln -f b/1 a/2",
  },
  { name: "pipes, sockets and devices", script: "rm -f p && mkfifo p && echo > /dev/null && : <(true)" },
  { name: "workspaces and projects", script: `ls ${instance}/workspaces ${instance}/projects` },
  {
    name: "the instructions of all agents",
    script: `cat ${instance}/companies/*/agents/*/instructions/AGENTS.md`,
  },
];

describe.each(engines)("an agent with the engine %s that says it is another one", (engine) => {
  const outcome = (name: string) => outcomes.get(engine)?.find((one) => one.name === name);

  test("gets at nothing that is the other's", () => {
    const found = forbidden().map(({ name }) => outcome(name));
    expect(found.filter((one) => one?.status !== 0)).toHaveLength(forbidden().length);
  });

  test.each(needed.map(({ name }) => name))("has %s", (name) => {
    const { status, output } = outcome(name) ?? {};
    expect(status, output).toBe(0);
  });
});

test("the attempts are real: the same user reaches all of it when nothing confines it", async () => {
  await work.put("/tmp/unconfined.sh", scriptOf(forbidden()));
  const user = ["setpriv", "--reuid=agent", "--regid=agent", "--init-groups"];
  const found = outcomesOf(await work.machine.exec(...user, "bash", "/tmp/unconfined.sh"));
  expect(found.filter(({ status }) => status !== 0)).toEqual([]);
  await work.machine.exec("rm", "-r", `${homes}/${victim}/.claude/settings.json`, `${homes}/later`);
});

test("a hook that an agent leaves in its home runs in its own runs, and in nobody else's", async () => {
  const [cli = "", acp = ""] = engines.map((engine) => attackers.get(engine));
  const leave = `mkdir -p ~/.claude && echo '${hooks}' > ~/.claude/settings.json`;
  await lookAround(cli, "cli", [{ name: "leave a hook", script: leave }]);
  await lookAround(acp, "acp", [{ name: "look again", script: "true" }]);
  await lookAround(await work.hire("Newcomer", { engine: "cli" }), "cli", [{ name: "look", script: "true" }]);
  expect(await work.machine.exec("cat", "/tmp/hooked")).toBe("");
  await lookAround(cli, "cli", [{ name: "look once more", script: "true" }]);
  expect(new Set((await work.machine.exec("cat", "/tmp/hooked")).split("\n"))).toEqual(new Set([cli]));
});

test("a program that belongs to no agent starts with a new, empty home instead of an agent's", async () => {
  const server = [
    "setpriv",
    "--reuid=paperclip",
    "--regid=paperclip",
    "--init-groups",
    "env",
    "HOME=/paperclip/home",
  ];
  const start = [
    "sudo",
    "--user=agent",
    "--preserve-env",
    "--",
    "/usr/local/lib/paperclip-on-fly/asAgent.sh",
  ];
  const look = `ls -A ~; touch ~/file; ls ${homes}/${victim} 2>&1; echo $HOME`;
  const said = await work.machine.exec(...server, ...start, "bash", "-c", look);
  expect(said).toMatch(/^ls: cannot open directory .*Permission denied\n\/run\/paperclip-homes\/\d+$/);
});

test("an agent keeps its sessions from when all agents shared one home, and takes nothing else from there", async () => {
  const old = "/paperclip/agent/.claude";
  const agent = await work.hire("Veteran", { engine: "cli" });
  const session = `${old}/projects/-paperclip-instances-default-workspaces-${agent}`;
  const make = `install -d -o agent -g agent -m 0700 /paperclip/agent ${old} ${old}/projects ${session} && echo '{}' > ${session}/1.jsonl && echo '${hooks}' > ${old}/settings.json`;
  await work.machine.exec("bash", "-c", `${make} && chown --recursive agent:agent /paperclip/agent`);
  const [first] = await lookAround(agent, "cli", [
    {
      name: "look for it",
      script: `ls ~/.claude/projects/*-${agent}/1.jsonl && ! ls /paperclip/agent ~/.claude/settings.json`,
    },
  ]);
  expect(first?.status, first?.output).toBe(0);
});
