import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modelFindings, modelShape } from "../../ops/modelFinding.ts";
import { anthropicKey, claudeToken } from "../support/credentials.ts";
import { Machine, secrets } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";
import { type Run, Workplace } from "../support/workplace.ts";

/** Agents at work with the accounts (AI connections) that a stack and its client give them. */
type Method = "api_key" | "subscription";
interface Account {
  id: string;
  grantId: string;
  method: Method;
  name: string;
  status: string;
}
interface AgentsRun extends Run {
  agentId: string;
  createdAt: string;
  sessionIdBefore: string | null;
  sessionIdAfter: string | null;
}
interface Check {
  code: string;
  level: string;
  message: string;
}

const key = anthropicKey("stack");
const [clientsKey, clientsToken] = [anthropicKey("client"), claudeToken("client")];
const known = [
  { name: "stack's key", kind: "api-key" as const, value: key },
  { name: "stack's token", kind: "oauth-token" as const, value: secrets.CLAUDE_CODE_OAUTH_TOKEN },
  { name: "client's key", kind: "api-key" as const, value: clientsKey },
  { name: "client's token", kind: "oauth-token" as const, value: clientsToken },
].map((one) => ({ ...one, expired: false }));

let image: string;
let work: Workplace;
const path = (rest: string) => `/api/companies/${work.companyId}/${rest}`;

beforeAll(async () => {
  image = await paperclipImage();
  work = await Workplace.start(image, { secrets: { ANTHROPIC_API_KEY: key } });
  work.anthropic.setCredentials(known);
});

afterAll(() => work?.stop());

const accounts = async () =>
  (await work.operator.ok<{ connections: Account[] }>("GET", path("ai-connections"))).connections;

const bindingOf = ({ id, grantId, method }: Account) => ({
  ...{ provider: "anthropic", method, mode: "shared" },
  ...{ connectionId: id, grantId },
});

async function account(name: string | RegExp): Promise<Account> {
  const found = (await accounts()).find((one) =>
    typeof name === "string" ? one.name === name : name.test(one.name),
  );
  if (!found) throw new Error(`there is no account ${name}`);
  return found;
}

const stacks = {
  api_key: "Claude, from your operator",
  subscription: "Claude subscription, from your operator",
};

const hireWith = async (account: Account, name: string, engine = "acp") =>
  work.add("agents", {
    ...{ name, role: "engineer", adapterType: "claude_local", adapterConfig: { engine } },
    runtimeConfig: { aiConnection: bindingOf(account) },
  });

const runsOf = async (agent: string) =>
  ((await work.runs()) as AgentsRun[]).filter(({ agentId }) => agentId === agent).reverse();

const commentsOn = async (task: string) =>
  (await work.operator.ok<{ body: string }[]>("GET", `/api/issues/${task}/comments`)).map(({ body }) => body);

/** Names of the credentials that have asked the model since the last call. */
function asked(): string[] {
  const names = work.anthropic
    .requests()
    .flatMap(({ path, credential }) => (path === "/v1/messages" && credential ? [credential.name] : []));
  work.anthropic.forgetRequests();
  return [...new Set(names)];
}

/** Gives a task; resolves with it when it is done and the run is over, which asks the model a little longer. */
async function finished(agent: string, title: string): Promise<string> {
  const task = await work.give(agent, title);
  await work.done(task);
  await over(agent);
  return task;
}

const over = (agent: string) =>
  pWaitFor(async () => (await runsOf(agent)).every(({ status }) => !["queued", "running"].includes(status)), {
    interval: 200,
    timeout: 120_000,
  });

/** Gives a task; resolves with what the agent's run says when it has failed. */
async function failure(agent: string, title: string): Promise<string> {
  const before = (await runsOf(agent)).map(({ id }) => id);
  await work.give(agent, title);
  const failed = async () => (await runsOf(agent)).find(({ id, error }) => !before.includes(id) && error);
  await pWaitFor(async () => Boolean(await failed()), { interval: 500, timeout: 180_000 });
  return (await failed())?.error ?? "";
}

/** What the page's test of an account says. */
const tested = (account: Account) =>
  work.operator.ok<{ status: string; checks: Check[] }>(
    "POST",
    path("adapters/claude_local/test-environment"),
    {
      adapterConfig: {},
      aiConnection: bindingOf(account),
    },
  );

describe.each<[Method, string, string]>([
  ["api_key", "acp", "stack's key"],
  ["subscription", "cli", "stack's token"],
])("an agent with the stack's account %s and the engine %s", (method, engine, name) => {
  let agent: string;

  beforeAll(async () => {
    agent = await hireWith(await account(stacks[method]), `${method} ${engine}`, engine);
    asked();
  });

  test("asks with it and with no other, and keeps what it has at home from run to run", async () => {
    const first = await finished(agent, `Keep a setting and a note at home: ${method}`);
    expect(await commentsOn(first)).toContain(`It is in /paperclip/agents/${agent}.`);
    const second = await finished(agent, `Look for the setting and the note at home: ${method}`);
    expect(await commentsOn(second)).toContain("Found: Keeper kept.");
    expect(asked()).toEqual([name]);
  });

  test("goes on with its session when somebody comments on the task", async () => {
    const task = await finished(agent, `Keep a setting and a note at home again: ${method}`);
    const first = (await runsOf(agent)).at(-1);
    await work.operator.ok("POST", `/api/issues/${task}/comments`, {
      body: "Once more, please.",
      reopen: true,
    });
    const next = async () =>
      (await runsOf(agent)).find(({ createdAt }) => createdAt > (first?.createdAt ?? ""));
    await pWaitFor(async () => Boolean(await next()), { interval: 200, timeout: 60_000 });
    await over(agent);
    expect(first?.sessionIdAfter).toBeTruthy();
    expect(await next()).toMatchObject({ status: "succeeded", sessionIdBefore: first?.sessionIdAfter });
  });

  test("leaves nothing of the account in the machine's temporary folder", async () => {
    const look = "find /tmp/paperclip -maxdepth 1 -name 'paperclip-ai-*'";
    await pWaitFor(async () => (await work.machine.exec("bash", "-c", look)) === "", {
      interval: 200,
      timeout: 60_000,
    });
  });
});

describe("the page's test of an account", () => {
  test("starts Claude Code once for a subscription, and asks with that subscription though the machine has a key", async () => {
    asked();
    const { status, checks } = await tested(await account(stacks.subscription));
    expect(checks.filter(({ level }) => level === "error")).toEqual([]);
    expect(checks.filter(({ code }) => code.endsWith("hello_probe_passed"))).toHaveLength(1);
    expect(status).toBe("pass");
    const questions = work.anthropic.requests().filter(({ path }) => path === "/v1/messages");
    expect(new Set(questions.map(({ credential }) => credential?.name))).toEqual(new Set(["stack's token"]));
    expect(asked()).toEqual(["stack's token"]);
  });

  test("asks Anthropic for a key", async () => {
    const { checks } = await tested(await account(stacks.api_key));
    expect(checks).toContainEqual(expect.objectContaining({ code: "ai_connection_api_key_reverified" }));
  });
});

describe("an account of the client's own", () => {
  test("that is a key works beside the stack's, and Anthropic has confirmed it first", async () => {
    const mine = {
      provider: "anthropic",
      method: "api_key",
      name: "Mine",
      ownership: "shared",
      agentIds: [],
      allAgents: true,
    };
    const wrong = await work.operator.call("POST", path("ai-connections"), {
      ...mine,
      apiKey: anthropicKey("wrong"),
    });
    expect(wrong).toMatchObject({ status: 422, body: { error: "The provider rejected this API key." } });
    await work.operator.ok("POST", path("ai-connections"), { ...mine, apiKey: clientsKey });
    const agent = await hireWith(await account("Mine"), "Of the client");
    asked();
    await finished(agent, "Keep a setting and a note at home for the client");
    expect(asked()).toEqual(["client's key"]);
  });

  test("that is a subscription needs no shell in the machine, and goes before the stack's key", async () => {
    // What the page sends for Secrets → New secret → Each user, and for My secrets.
    const definition = { name: "Claude Code OAuth token", key: "CLAUDE_CODE_OAUTH_TOKEN", status: "active" };
    const { id } = await work.operator.ok<{ id: string }>(
      "POST",
      path("user-secret-definitions"),
      definition,
    );
    const value = { definitionId: id, definitionKey: definition.key, value: clientsToken };
    await work.operator.ok("POST", path("me/user-secrets"), value);
    expect((await work.operator.call("GET", path("claude-oauth-token-status"))).status).toBe(200);
    const binding = { type: "user_secret_ref", key: definition.key, version: "latest", required: true };
    const { agent } = await work.operator.ok<{ agent: { id: string } }>("POST", path("agent-hires"), {
      ...{ name: "Subscriber", role: "engineer", adapterType: "claude_local", applyStoredClaudeLogin: true },
      adapterConfig: { env: { CLAUDE_CODE_OAUTH_TOKEN: binding } },
    });
    asked();
    await finished(agent.id, "Keep a setting and a note at home for the subscriber");
    expect(asked()).toEqual(["client's token"]);
  });
});

describe("a credential that Anthropic refuses", () => {
  const refused = "Anthropic refuses the stack's";
  let agents: Record<Method, string>;

  beforeAll(async () => {
    agents = {
      api_key: await hireWith(await account(stacks.api_key), "Refused key"),
      subscription: await hireWith(await account(stacks.subscription), "Refused token"),
    };
    work.anthropic.setCredentials(known.filter(({ name }) => !name.startsWith("stack's")));
  });
  afterAll(() => work.anthropic.setCredentials(known));

  test.each<[Method, string]>([
    ["api_key", "anthropicKey"],
    ["subscription", "claudeToken"],
  ])("%s: the page's test and the agent's run say the same sentence", async (method, setting) => {
    const sentence = `${refused} ${setting}. Ask your operator for another one, or choose an account of your own.`;
    const { status, checks } = await tested(await account(stacks[method]));
    expect(status).toBe("fail");
    expect(checks.find(({ level }) => level === "error")?.message).toBe(sentence);
    expect(await failure(agents[method], `Keep a setting and a note at home, refused ${method}`)).toContain(
      sentence,
    );
  });

  test("doctor's finding says it, too", async () => {
    let answer = modelShape.parse(JSON.parse(await work.machine.exec("paperclip-model")));
    while (answer.asking) answer = modelShape.parse(JSON.parse(await work.machine.exec("paperclip-model")));
    expect(modelFindings(answer)[0]?.text).toBe(`${refused} anthropicKey: invalid x-api-key`);
  });
});

test("when the stack has no credential any more, its agents say what to do, and the client's own go on", async () => {
  const agents = {
    stacks: await hireWith(await account(stacks.api_key), "Left behind"),
    clients: await hireWith(await account("Mine"), "Goes on"),
  };
  const { volume } = work.machine;
  await work.machine.stop();
  const later = await Machine.start(image, {
    volume,
    internet: work.internet,
    secrets: { CLAUDE_CODE_OAUTH_TOKEN: "" },
  });
  try {
    await later.healthy();
    work.operator = work.operator.at(await later.url());
    expect(await failure(agents.stacks, "Keep a setting and a note at home without an account")).toContain(
      `Your operator has taken back the account “${stacks.api_key}”: choose another one for this agent.`,
    );
    const task = await work.give(agents.clients, "Keep a setting and a note at home all the same");
    await pWaitFor(async () => (await work.statusOf(task)) === "done", { interval: 500, timeout: 180_000 });
  } finally {
    await later.remove();
  }
});
