import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { volumeWithoutLists } from "../support/kernel.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { forbidden, needed, neededWithGitHub, type Outcome, outcomesOf, scriptOf } from "./attempts.ts";

/**
 * A machine whose kernel supports no access control lists, neither on the volume nor in /tmp. Agents can reach exactly what they reach
 * elsewhere (see agentShell.test.ts, which also shows that each attempt could succeed).
 */
const volumes = ["paperclip", "tmp"].map((name) => `image-test-${name}-${randomBytes(4).toString("hex")}`);
const engines = ["acp", "cli"];
const instance = "/paperclip/instances/default";

let work: Workplace;
/** By engine: the agent, and the outcomes of its attempts. */
const agents = new Map<string, string>();
const outcomes = new Map<string, Outcome[]>();

beforeAll(async () => {
  const [volume = "", temporary = ""] = volumes;
  await volumeWithoutLists(volume);
  await volumeWithoutLists(temporary, "1777");
  work = await Workplace.start(await paperclipImage(), {
    volume,
    secrets: { GITHUB_TOKEN: "ghp_canary" },
    tailscaleKey: "tskey-auth-canary",
    // The file systems take up memory, too.
    memoryMb: 2048,
    run: ["--tmpfs", "/.fly", "--volume", `${temporary}:/tmp`],
  });
  await work.put("/tmp/look-around.sh", scriptOf([...forbidden, ...needed]));
  await work.add("secrets", { name: "DEPLOY_KEY", value: "for no agent", provider: "local_encrypted" });
  for (const engine of engines) {
    const agent = await work.hire(`Snoop ${engine}`, { engine });
    await work.done(await work.give(agent, `Look around in this machine with ${engine}`));
    agents.set(engine, agent);
    outcomes.set(
      engine,
      outcomesOf(await work.machine.exec("cat", `${workspaceOf(engine)}/look-around.txt`)),
    );
  }
});

afterAll(async () => {
  await work?.stop();
  await execa("docker", ["volume", "rm", "--force", ...volumes], { reject: false });
});

const workspaceOf = (engine: string) => `${instance}/workspaces/${agents.get(engine)}`;
const outcome = (engine: string, name: string) => outcomes.get(engine)?.find((one) => one.name === name);
const as = (user: string, script: string) =>
  work.machine.exec("setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups", "bash", "-c", script);

test("the start says that files are shared by a group", async () => {
  expect(JSON.parse(await work.machine.exec("paperclip-kernel"))).toMatchObject({ sharing: "group" });
  expect(await work.machine.logs()).toContain("files shared by group");
});

describe.each(engines)("an agent with the engine %s finishes its task and", (engine) => {
  test.each(forbidden.map(({ name }) => name))("cannot %s", (name) => {
    const { status, output } = outcome(engine, name) ?? {};
    expect(status, output).toBeGreaterThan(0);
  });

  test.each(needed.map(({ name }) => name))("has %s", (name) => {
    const { status, output } = outcome(engine, name) ?? {};
    expect(status, output).toBe(0);
  });

  test("shares its workspace with the server: each changes what the other has made, in folders too", async () => {
    const folder = workspaceOf(engine);
    await as("agent", `umask 002; mkdir -p ${folder}/of-agent; echo 1 > ${folder}/of-agent/file`);
    await as(
      "paperclip",
      `umask 002; echo 2 >> ${folder}/of-agent/file; mkdir -p ${folder}/of-server; echo 1 > ${folder}/of-server/file`,
    );
    await as("agent", `echo 2 >> ${folder}/of-server/file; rm ${folder}/of-server/file`);
    expect(await as("paperclip", `cat ${folder}/of-agent/file; ls -A ${folder}/of-server`)).toBe("1\n2");
  });
});

test("an agent reaches what the server opens for a run: its git and gh", async () => {
  const agent = await work.hire("Committer", { engine: "cli" });
  await work.connectGitHub(agent);
  await work.put("/tmp/look-around.sh", scriptOf(neededWithGitHub));
  await work.done(await work.give(agent, "Look around in this machine with cli"));
  const found = outcomesOf(await work.machine.exec("cat", `${instance}/workspaces/${agent}/look-around.txt`));
  expect(found).toEqual(neededWithGitHub.map(({ name }) => expect.objectContaining({ name, status: 0 })));
});

test("files that were shared by lists on another kernel are shared by the group after a start", async () => {
  const old = `${instance}/workspaces/old`;
  // As access control lists leave it: the group of a file is the server's, and its group rights are the most that an entry of the list
  // grants.
  await as("paperclip", `mkdir -m 770 ${old} && echo 1 > ${old}/file && chmod 660 ${old}/file`);
  await work.machine.exec("chgrp", "--recursive", "paperclip", old);
  await work.machine.exec("bash", "-c", `chmod g-s ${old} && ln ${instance}/config.json ${old}/second-name`);
  await expect(as("agent", `cat ${old}/file`)).rejects.toThrow("Permission denied");
  const library = ["common", "kernel", "sharing", "volume"].map((part) => `source ./${part}.sh`).join("; ");
  const folder = "/usr/local/lib/paperclip-on-fly";
  await work.machine.exec(
    "bash",
    "-c",
    `set -e; cd ${folder}; ${library}; volume_second=(); prepare_instance`,
  );
  expect(await as("agent", `echo 2 >> ${old}/file; cat ${old}/file; touch ${old}/more`)).toBe("1\n2");
  await expect(as("agent", `cat ${old}/second-name`)).rejects.toThrow("Permission denied");
});
