import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Anthropic, startAnthropic } from "../../local/anthropic/anthropic.ts";
import { bridgeGateway } from "../../local/platform/tailnet.ts";
import { appName, Machine, secrets, tailnet } from "../support/machine.ts";
import { PaperclipClient } from "../support/paperclipClient.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { forbidden, needed, type Outcome, outcomesOf, scriptOf } from "./attempts.ts";

/** What an agent's shell can and cannot get at, tried by Claude Code in the running machine, as a task of Paperclip's. */
const engines = ["acp", "cli"];
const scripts = join(import.meta.dirname, "../../local/anthropic/scripts");
const results = join(import.meta.dirname, "../../test-results");

let anthropic: Anthropic;
let machine: Machine;
let operator: PaperclipClient;
let companyId: string;
/** By engine: what the agent came to. */
const outcomes = new Map<string, Outcome[]>();
/** By engine: the names of the variables in the agent's environment. */
const environments = new Map<string, string[]>();

beforeAll(async () => {
  const token = secrets.CLAUDE_CODE_OAUTH_TOKEN;
  const credentials = [{ name: "the stack's", kind: "oauth-token" as const, value: token, expired: false }];
  anthropic = await startAnthropic({ host: await bridgeGateway(), scripts, credentials });
  machine = await Machine.start(await paperclipImage(), {
    secrets: { ANTHROPIC_BASE_URL: anthropic.url, GITHUB_TOKEN: "ghp_canary" },
    tailscaleKey: "tskey-auth-canary",
    run: ["--memory", "1536m", "--tmpfs", "/.fly"],
  });
  await machine.healthy();
  const environment = {
    name: "environment",
    script: "env --null | cut --zero-terminated --delimiter== --fields=1 | tr '\\0' ' '",
  };
  await put("/tmp/look-around.sh", scriptOf([...forbidden, ...needed, environment]));
  operator = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
  await operator.becomeAdministrator(await machine.exec("paperclip-invite"));
  ({ id: companyId } = await operator.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" }));
  const secret = { name: "DEPLOY_KEY", value: "for no agent", provider: "local_encrypted" };
  await operator.ok("POST", `/api/companies/${companyId}/secrets`, secret);
  for (const engine of engines) await lookAround(engine);
});

afterAll(async () => {
  await machine?.remove();
  await anthropic?.stop();
});

/** Puts a file that everybody can read into the machine. */
async function put(path: string, text: string): Promise<void> {
  const write = ["exec", "--interactive", machine.name, "sh", "-c", `cat > ${path}`];
  await execa("docker", write, { input: text });
}

/** Hires an agent, gives it the task and reads what it has found. */
async function lookAround(engine: string): Promise<void> {
  const company = `/api/companies/${companyId}`;
  const agent = {
    name: `Snoop ${engine}`,
    role: "engineer",
    adapterType: "claude_local",
    adapterConfig: { engine },
  };
  const { id: assigneeAgentId } = await operator.ok<{ id: string }>("POST", `${company}/agents`, agent);
  const issue = { title: `Look around in this machine with ${engine}`, status: "todo", assigneeAgentId };
  const { id } = await operator.ok<{ id: string }>("POST", `${company}/issues`, issue);
  const isDone = async () => {
    expect(anthropic.requests().flatMap(({ problem }) => problem ?? [])).toEqual([]);
    const runs = await operator.ok<{ status: string; error: string | null }[]>(
      "GET",
      `${company}/heartbeat-runs`,
    );
    expect(runs.flatMap(({ error }) => error ?? [])).toEqual([]);
    return (await operator.ok<{ status: string }>("GET", `/api/issues/${id}`)).status === "done";
  };
  await pWaitFor(isDone, { interval: 500, timeout: 180_000 });
  const found = outcomesOf(
    await machine.exec("cat", `/paperclip/instances/default/workspaces/${assigneeAgentId}/look-around.txt`),
  );
  outcomes.set(engine, found);
  environments.set(engine, found.at(-1)?.output.split(" ").sort() ?? []);
}

/** The same attempts by somebody else in the machine. */
async function attemptsOf(user: "server" | "root"): Promise<Outcome[]> {
  const words = [
    "--reuid=paperclip",
    "--regid=paperclip",
    "--init-groups",
    "--inh-caps=+kill",
    "--ambient-caps=+kill",
  ];
  const as = user === "server" ? ["setpriv", ...words] : [];
  return outcomesOf(await machine.exec(...as, "bash", "/tmp/look-around.sh"));
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

const verdict = (one: Outcome | undefined) => (one?.status === 0 ? "succeeds" : "fails");

describe("a repository's own configuration, which git runs programs from,", () => {
  test("gets no further than its agent when the server's git looks at it", async () => {
    const workspaces = "/paperclip/instances/default/workspaces";
    const repository = (await machine.exec("sh", "-c", `ls -d ${workspaces}/*`)).split("\n")[0] ?? "";
    const spy = "id --user --name > who; false";
    const asAgent = [
      "setpriv",
      "--reuid=agent",
      "--regid=agent",
      "--clear-groups",
      "env",
      "HOME=/paperclip/agent",
    ];
    await machine.exec(...asAgent, "git", "-C", repository, "config", "core.fsmonitor", spy);
    const asServer = [
      "setpriv",
      "--reuid=paperclip",
      "--regid=paperclip",
      "--init-groups",
      "env",
      "HOME=/paperclip/home",
    ];
    await machine.exec(...asServer, "git", "-C", repository, "status");
    expect(await machine.exec("cat", `${repository}/who`)).toBe("agent");
  });
});

test("a run that is cancelled ends its agent, whose user is not the server's", async () => {
  const company = `/api/companies/${companyId}`;
  const agent = {
    name: "Sleeper",
    role: "engineer",
    adapterType: "claude_local",
    adapterConfig: { engine: "cli" },
  };
  const { id: assigneeAgentId } = await operator.ok<{ id: string }>("POST", `${company}/agents`, agent);
  const issue = { title: "Write a page of the diary", status: "todo", assigneeAgentId };
  await operator.ok("POST", `${company}/issues`, issue);
  const atWork = async () => anthropic.requests().some(({ waitsFor }) => waitsFor === "diary");
  await pWaitFor(atWork, { interval: 300, timeout: 120_000 });
  const runs = () => operator.ok<{ id: string; status: string }[]>("GET", `${company}/heartbeat-runs`);
  const running = (await runs()).find(({ status }) => status === "running");
  await operator.ok("POST", `/api/heartbeat-runs/${running?.id}/cancel`);
  const agents = () => machine.exec("sh", "-c", "pgrep --uid agent --full claude-agent-sdk || true");
  await pWaitFor(async () => (await agents()) === "", { interval: 300, timeout: 60_000 });
});
