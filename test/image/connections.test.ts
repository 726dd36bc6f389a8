import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { anthropicKey } from "../support/credentials.ts";
import { appName, Machine, secrets, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** The stack's credentials as accounts (AI connections) of each company, while the stack changes from start to start of one volume. */
interface Connection {
  id: string;
  grantId: string;
  name: string;
  method: "api_key" | "subscription";
  ownership: string;
  status: string;
}

const volume = `connections-test-${process.pid}`;
const names = {
  api_key: "Claude, from your operator",
  subscription: "Claude subscription, from your operator",
};
const token = secrets.CLAUDE_CODE_OAUTH_TOKEN;
const [key, otherKey] = [anthropicKey("first"), anthropicKey("second")];
const withBoth = { ANTHROPIC_API_KEY: key };
/** The machine has a token unless that is empty. */
const without = { CLAUDE_CODE_OAUTH_TOKEN: "" };

let image: string;
let machine: Machine | undefined;
let operator: PaperclipClient;
const companies: string[] = [];

beforeAll(async () => {
  image = await paperclipImage();
});

afterAll(async () => {
  await machine?.remove();
  await execa("docker", ["volume", "rm", "--force", volume], { reject: false });
});

const running = () => {
  if (!machine) throw new Error("no machine has been started");
  return machine;
};

/** Starts the volume's next machine, as `pulumi up` does after a change of the stack. */
async function start(credentials: Record<string, string>, run: string[] = []) {
  await machine?.stop();
  await machine?.remove();
  machine = await Machine.start(image, { volume, secrets: credentials, run });
  await machine.healthy();
  operator = operator?.at(await machine.url());
}

const connectionsOf = async (company = 0) => {
  const path = `/api/companies/${companies[company]}/ai-connections`;
  const { connections } = await operator.ok<{ connections: Connection[] }>("GET", path);
  return connections.sort((one, other) => one.method.localeCompare(other.method));
};
const statuses = async (company = 0) =>
  Object.fromEntries((await connectionsOf(company)).map(({ method, status }) => [method, status]));

const asServer = (...command: string[]) =>
  running().exec("setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups", ...command);
const ask = async (sql: string) =>
  (
    await asServer(
      "psql",
      "--host=/run/postgresql",
      "--tuples-only",
      "--no-align",
      "--command",
      sql,
      "paperclip",
    )
  )
    .split("\n")
    .filter(Boolean);

describe("in a stack with a key and a token", () => {
  beforeAll(async () => {
    await start(withBoth);
    operator = new PaperclipClient(await running().url(), `https://${appName}.${tailnet}`);
    await operator.becomeAdministrator(await running().exec("paperclip-invite"));
    for (const name of ["Acme", "Globex"])
      companies.push((await operator.ok<{ id: string }>("POST", "/api/companies", { name })).id);
  });

  test.each([0, 1])(
    "company %i has both for all its agents, under names that say whose they are",
    async (company) => {
      const shared = { ownership: "shared", status: "connected" };
      expect(await connectionsOf(company)).toMatchObject([
        { name: names.api_key, method: "api_key", ...shared },
        { name: names.subscription, method: "subscription", ...shared },
      ]);
    },
  );

  test("the company's activity says that the system has connected them", async () => {
    const made =
      "SELECT actor_type || ' ' || actor_id FROM activity_log WHERE action = 'ai_connection.connected'";
    expect(await ask(made)).toEqual(Array(4).fill("system operator"));
  });

  test("neither is in the database in clear", async () => {
    const dump = await asServer("pg_dump", "--host=/run/postgresql", "paperclip");
    expect(dump).toContain(names.api_key);
    for (const value of [key, token]) {
      expect(dump).not.toContain(value);
      expect(dump).not.toContain(Buffer.from(value).toString("base64").slice(0, 20));
    }
  });

  test("nobody of the company puts another credential into them", async () => {
    const [{ id }] = (await connectionsOf()) as [Connection];
    const other = {
      ...{ provider: "anthropic", method: "api_key", name: "Mine", ownership: "shared" },
      ...{ agentIds: [], allAgents: true, connectionId: id, apiKey: otherKey },
    };
    const answer = await operator.call("POST", `/api/companies/${companies[0]}/ai-connections`, other);
    expect(answer.status).toBe(403);
  });

  test("an agent sees neither with its own key for Paperclip's API", async () => {
    const agent = { name: "Curious", role: "engineer", adapterType: "claude_local", adapterConfig: {} };
    const { id } = await operator.ok<{ id: string }>("POST", `/api/companies/${companies[0]}/agents`, agent);
    const made = await operator.ok<{ token: string }>("POST", `/api/agents/${id}/keys`, { name: "test" });
    const look = (path: string) =>
      running().exec(
        ...["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"],
        ...["--header", `Authorization: Bearer ${made.token}`, `http://127.0.0.1:3100/api/${path}`],
      );
    expect(await look("agents/me")).toBe("200");
    expect(await look(`companies/${companies[0]}/ai-connections`)).toBe("403");
    expect(await look(`companies/${companies[0]}/secrets`)).toBe("403");
  });

  test("nobody is told to sign in on the machine, and reads what to do instead", async () => {
    const attempt = {
      ...{ provider: "anthropic", method: "subscription", name: "Mine", ownership: "personal" },
      ...{ agentIds: [], allAgents: false },
    };
    const path = `/api/companies/${companies[0]}/ai-connections/local/attempts`;
    expect(await operator.call("POST", path, attempt)).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("“Use API key instead”") },
    });
  });
});

describe("when the stack changes", () => {
  let before: Connection[];

  beforeAll(async () => {
    before = await connectionsOf();
    // What people do to them stays: here one has another name, and the other is deleted.
    await operator.ok("PATCH", `/api/tool-connections/${before[0]?.id}`, { name: "Our key" });
    await operator.ok("DELETE", `/api/tool-connections/${before[1]?.id}`);
  });

  const valuesOf = (method: string) =>
    ask(`SELECT left(value_sha256, 8) FROM company_secret_versions v JOIN company_secrets s ON s.id = v.secret_id
      AND v.version = s.latest_version WHERE s.name = 'ai-${before.find((one) => one.method === method)?.grantId}'`);

  test("another key is in the same connection, so that agents keep it, and what a client has deleted stays away", async () => {
    const [first] = await valuesOf("api_key");
    await start({ ANTHROPIC_API_KEY: otherKey });
    expect(await connectionsOf()).toMatchObject([
      { ...before[0], name: "Our key", status: "connected" },
      { id: before[1]?.id, status: "revoked" },
    ]);
    expect(await statuses(1)).toEqual({ api_key: "connected", subscription: "connected" });
    expect(await valuesOf("api_key")).not.toEqual([first]);
  });

  test("another token brings back what a client has deleted, for all agents", async () => {
    await start({ ANTHROPIC_API_KEY: otherKey, CLAUDE_CODE_OAUTH_TOKEN: `${token}-of-next-year` });
    expect(await connectionsOf()).toMatchObject([
      { id: before[0]?.id, status: "connected" },
      { id: before[1]?.id, grantId: before[1]?.grantId, status: "connected" },
    ]);
    const installed = `SELECT target_type FROM tool_connection_installs WHERE connection_id = '${before[1]?.id}'`;
    expect(await ask(installed)).toEqual(["company"]);
  });

  test("without a credential they are revoked, their values are gone, and the sign-in page is as Paperclip made it", async () => {
    await start(without);
    for (const company of [0, 1])
      expect(await statuses(company)).toEqual({ api_key: "revoked", subscription: "revoked" });
    expect(await ask("SELECT name FROM company_secrets")).toEqual([]);
    expect(await ask("SELECT id FROM company_secret_versions")).toEqual([]);
    const attempt = {
      ...{ provider: "anthropic", method: "subscription", name: "Mine", ownership: "personal" },
      ...{ agentIds: [], allAgents: false },
    };
    const path = `/api/companies/${companies[0]}/ai-connections/local/attempts`;
    expect((await operator.call("POST", path, attempt)).status).toBe(201);
  });

  test("with the same key as before they are back; a token that its setting keeps to the operator's agents is not", async () => {
    await start({ ANTHROPIC_API_KEY: otherKey }, ["--env", "PAPERCLIP_ON_FLY_OFFER_CLAUDE_TOKEN=false"]);
    expect(await statuses()).toEqual({ api_key: "connected", subscription: "revoked" });
    expect((await connectionsOf())[0]?.id).toBe(before[0]?.id);
  });

  test("a gateway in Anthropic's place has no account that would ask Anthropic with its key", async () => {
    await start({ ...withBoth, ANTHROPIC_BASE_URL: "https://gateway.example" });
    expect(await statuses()).toEqual({ api_key: "revoked", subscription: "revoked" });
  });

  test("no start has failed to do so", async () => {
    expect(await running().logs()).not.toContain("credential cannot be offered");
  });
});
