import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { forbidden, needed, neededWithGitHub, type Outcome, outcomesOf, scriptOf } from "./attempts.ts";

/** What an agent's shell can and cannot reach. Claude Code tries it in the running machine, as a task of Paperclip's. */
const engines = ["acp", "cli"];
const results = join(import.meta.dirname, "../../test-results");

let work: Workplace;
/** By engine: the outcomes of the agent's attempts. */
const outcomes = new Map<string, Outcome[]>();
/** By engine: the names of the variables in the agent's environment. */
const environments = new Map<string, string[]>();

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage(), {
    secrets: { GITHUB_TOKEN: "ghp_canary" },
    tailscaleKey: "tskey-auth-canary",
    memoryMb: 1536,
    run: ["--tmpfs", "/.fly"],
  });
  const environment = {
    name: "environment",
    script: "env --null | cut --zero-terminated --delimiter== --fields=1 | tr '\\0' ' '",
  };
  await work.put("/tmp/look-around.sh", scriptOf([...forbidden, ...needed, environment]));
  // The first secret makes Paperclip create the master key.
  await work.add("secrets", { name: "DEPLOY_KEY", value: "for no agent", provider: "local_encrypted" });
  for (const engine of engines) await lookAround(engine);
});

afterAll(() => work?.stop());

/** Gives an agent the task and reads what it found. */
async function foundBy(agent: string, engine: string): Promise<Outcome[]> {
  await work.done(await work.give(agent, `Look around in this machine with ${engine}`));
  const file = `/paperclip/instances/default/workspaces/${agent}/look-around.txt`;
  return outcomesOf(await work.machine.exec("cat", file));
}

async function lookAround(engine: string): Promise<void> {
  const found = await foundBy(await work.hire(`Snoop ${engine}`, { engine }), engine);
  outcomes.set(engine, found);
  environments.set(engine, found.at(-1)?.output.split(" ").sort() ?? []);
}

/** The same attempts, made by another user of the machine. */
async function attemptsOf(user: "server" | "root"): Promise<Outcome[]> {
  const words = [
    "--reuid=paperclip",
    "--regid=paperclip",
    "--init-groups",
    "--inh-caps=+kill",
    "--ambient-caps=+kill",
  ];
  const as = user === "server" ? ["setpriv", ...words] : [];
  return outcomesOf(await work.machine.exec(...as, "bash", "/tmp/look-around.sh"));
}

const outcome = (list: Outcome[] | undefined, name: string) => list?.find((one) => one.name === name);

describe.each(engines)("an agent with the engine %s, while it finishes its task,", (engine) => {
  test.each(forbidden.map(({ name }) => name))("cannot %s", (name) => {
    const { status, output } = outcome(outcomes.get(engine), name) ?? {};
    expect(status, output).toBeGreaterThan(0);
  });

  test.each(needed.map(({ name }) => name))("has %s", (name) => {
    const { status, output } = outcome(outcomes.get(engine), name) ?? {};
    expect(status, output).toBe(0);
  });

  test("has no variable in its environment but those of Paperclip's for agents, and what the stack gives to agents", () => {
    expect(environments.get(engine)).toMatchSnapshot();
  });

  test("has the variables with which Claude Code neither updates itself nor tells of its use", () => {
    expect(environments.get(engine)).toEqual(expect.arrayContaining(["DISABLE_AUTOUPDATER", "DO_NOT_TRACK"]));
  });
});

describe("without the separation", () => {
  const users = ["server", "root"] as const;
  const found = new Map<string, Outcome[]>();

  beforeAll(async () => {
    for (const user of users) found.set(user, await attemptsOf(user));
  });

  afterAll(async () => {
    const rows = forbidden.map(({ name, possibleFor }) => ({
      attempt: name,
      "as the server's user": verdict(outcome(found.get("server"), name)),
      ...Object.fromEntries(
        engines.map((engine) => [`as an agent (${engine})`, verdict(outcome(outcomes.get(engine), name))]),
      ),
      possibleFor,
    }));
    console.table(rows);
    await mkdir(results, { recursive: true });
    await writeFile(join(results, "agentShell.json"), `${JSON.stringify(rows, null, 2)}\n`);
  });

  test.each(forbidden.map(({ name, possibleFor }) => [possibleFor, name] as const))(
    "the user of %s can %s: the attempt is a real one",
    (user, name) => {
      const { status, output } = outcome(found.get(user), name) ?? {};
      expect(status, output).toBe(0);
    },
  );
});

describe("an agent whose company has a GitHub connection for it", () => {
  test.each(engines)(
    "signs in with it: its git and gh are Paperclip's, with the engine %s",
    async (engine) => {
      const agent = await work.hire(`Committer ${engine}`, { engine });
      await work.connectGitHub(agent);
      await work.put("/tmp/look-around.sh", scriptOf(neededWithGitHub));
      const successes = neededWithGitHub.map(({ name }) => expect.objectContaining({ name, status: 0 }));
      expect(await foundBy(agent, engine)).toEqual(successes);
    },
  );
});

const verdict = (one: Outcome | undefined) => (one?.status === 0 ? "succeeds" : "fails");

test("a run that is cancelled ends its agent, whose user is not the server's", async () => {
  await work.give(await work.hire("Sleeper", { engine: "cli" }), "Write a page of the diary");
  await pWaitFor(() => work.waitingAt("diary") > 0, { interval: 300, timeout: 120_000 });
  const running = (await work.runs()).find(({ status }) => status === "running");
  await work.operator.ok("POST", `/api/heartbeat-runs/${running?.id}/cancel`);
  const agents = () => work.machine.exec("sh", "-c", "pgrep --uid agent --full claude-agent-sdk || true");
  await pWaitFor(async () => (await agents()) === "", { interval: 300, timeout: 60_000 });
});
