/** Nobody misses what was left out of the image to make it small: everything that a cut could have broken still works. */
import { createHmac } from "node:crypto";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluatedWhenUsed, loadedWhenUsed } from "../../docker/build/packages.mjs";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, Machine, secrets, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

const packages = "/usr/local/lib/paperclip/node_modules";
let machine: Machine;
let person: PaperclipClient;
let company: string;

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
  person = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
  await person.becomeAdministrator(await machine.exec("paperclip-invite"));
  company = (await person.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" })).id;
});

afterAll(() => machine?.remove());

const shell = (script: string) => machine.exec("bash", "-c", script);
const as = (user: string) => (script: string) =>
  machine.exec(
    ...["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups"],
    ...["env", "HOME=/tmp", "bash", "-c", script],
  );
const asPaperclip = as("paperclip");
const asAgent = as("agent");

describe("one Claude Code", () => {
  test("of the version that Paperclip's ACP engine is made for is also `claude` on the PATH, for the CLI engine", async () => {
    const { version } = JSON.parse(
      await machine.exec("cat", `${packages}/@anthropic-ai/claude-agent-sdk/manifest.json`),
    );
    expect(await asPaperclip("claude --version")).toBe(`${version} (Claude Code)`);
  });

  test("is found by Paperclip's own check of the ACP engine", async () => {
    const { checks } = await person.ok<{ checks: { code: string; level: string }[] }>(
      "POST",
      `/api/companies/${company}/adapters/claude_local/test-environment`,
      { adapterConfig: { engine: "acp" } },
    );
    expect(checks).toContainEqual(
      expect.objectContaining({ level: "info", code: "claude_acp_command_resolvable" }),
    );
  });

  test("is spoken to by the ACP engine's program", async () => {
    const hello = {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: 1, clientCapabilities: {} },
    };
    const answer = await asPaperclip(`echo '${JSON.stringify(hello)}' | ${packages}/.bin/claude-agent-acp`);
    expect(JSON.parse(answer)).toMatchObject({ id: 1, result: { protocolVersion: 1 } });
  });
});

describe("the server in one file", () => {
  test("starts with the code that was compiled when the image was built", async () => {
    expect(await machine.logs()).not.toContain("server.cache belongs to another Node.js");
  });

  test("serves the UI with its scripts", async () => {
    const page = await person.ok<string>("GET", "/");
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
    expect(script).toBeDefined();
    expect((await person.ok<string>("GET", script as string)).length).toBeGreaterThan(1000);
  });

  test("loads every adapter of the installed Paperclip", async () => {
    const adapters = await person.ok<{ type: string; loaded?: boolean }[]>("GET", "/api/adapters");
    expect(adapters.map(({ type }) => type).sort()).toMatchSnapshot();
  });

  test("finds the skills that Paperclip's packages carry", async () => {
    const { skills } = await person.ok<{ skills: { name: string }[] }>("GET", "/api/skills/index");
    expect(skills.map(({ name }) => name)).toContain("paperclip");
    expect(await person.ok<unknown[]>("GET", "/api/skills/catalog")).not.toEqual([]);
  });

  test("draws the organisation with its image library in machine code", async () => {
    expect((await person.call<string>("GET", `/api/companies/${company}/org.png`)).body.slice(1, 4)).toBe(
      "PNG",
    );
  });

  // Only the server's own code can load these packages, so this runs a copy of it that exposes them.
  test("can evaluate each package that the start leaves for later", async () => {
    const script = `
      const { readFileSync } = require("node:fs");
      // As start.js gives them to the bundle.
      globalThis.paperclipOnFly = { ...require("./reached.js"), files: () => require("node:fs") };
      const text = readFileSync("server.cjs", "latin1");
      const later = [...text.matchAll(/var (\\w+)=__commonJS\\(\\{"when-used:([^"]+)"/g)];
      const out = later.map(([, name, path]) => "[" + JSON.stringify(path) + "," + name + "]");
      const server = require("node:vm").runInThisContext(text.replace(/\\}\\)$/, ";module.later=[" + out + "]})"));
      const module_ = { exports: {} };
      server(module_.exports, require, module_, process.cwd() + "/server.cjs", process.cwd());
      for (const [path, evaluate] of module_.later) {
        const names = Object.keys({ ...evaluate() });
        console.log(path.split("node_modules/").at(-1).replace(/[/](dist|lib|src).*/, ""), names.length > 0);
      }
      process.exit();`;
    const dist = `${packages}/@paperclipai/server/dist`;
    const evaluated = await asPaperclip(`cd ${dist} && DATABASE_URL=postgres:///none node -e '${script}'`);
    expect([...new Set(evaluated.split("\n"))].sort()).toEqual(
      [...evaluatedWhenUsed, ...loadedWhenUsed].map((name) => `${name.replace("/runtime", "")} true`).sort(),
    );
  });

  test.each(["sharp", "heif2jpeg", "@cursor/sdk", "pino-pretty"])(
    "can still load %s from disk",
    async (name) => {
      await shell(`cd ${packages}/@paperclipai/server && node -e 'require("${name}")'`);
    },
  );
});

describe("PostgreSQL without its compiler", () => {
  test("makes Paperclip's backups, with pg_dump", async () => {
    const { backupFile } = await person.ok<{ backupFile: string }>("POST", "/api/instance/database-backups");
    expect(await shell(`zcat '${backupFile}' | head -n 50`)).toContain("Dumped by pg_dump version 17");
  });

  test("has the extensions that Paperclip's migrations use", async () => {
    const extensions = await asPaperclip(
      "PGHOST=/run/postgresql psql -tAc 'select extname from pg_extension' paperclip",
    );
    expect(extensions.split("\n")).toEqual(expect.arrayContaining(["pg_trgm", "fuzzystrmatch"]));
  });
});

describe("Paperclip's command line", () => {
  const version = `node -p 'require("${packages}/paperclipai/package.json").version'`;

  test("is there for the operator as the server's user, and asks its server and its database", async () => {
    expect(await machine.exec("paperclipai", "--version")).toBe(await shell(version));
    expect(await machine.exec("paperclipai", "health", "--json")).toContain('"status": "ok"');
    expect(await machine.exec("paperclipai", "auth", "bootstrap-ceo")).toContain("already has an admin");
    const { backupFile } = JSON.parse(
      /\{\s*"backupFile"[\s\S]*\}/.exec(await machine.exec("paperclipai", "db:backup", "--json"))?.[0] ??
        "{}",
    );
    expect(await machine.exec("stat", "--format", "%U %a", backupFile)).toBe("paperclip 600");
  });

  test("gets the key that the operator sets, in no argument, and none of the machine's secrets", async () => {
    const look = `PAPERCLIP_API_KEY=pcp_operators_own paperclipai connect & for n in $(seq 500); do
      pid=$(pgrep --uid paperclip --full paperclipai/dist/index.js) && cat /proc/$pid/environ && echo arguments: && cat /proc/$pid/cmdline && break
      read -rt 0.01 <> <(:); done; wait || :`;
    const seen = await shell(look);
    const [environment, words] = seen.split("arguments:");
    expect(environment).toContain("PAPERCLIP_API_KEY=pcp_operators_own");
    expect(environment).toContain("PGHOST=/run/postgresql");
    expect(words).toContain("connect");
    expect(words).not.toContain("pcp_operators_own");
    for (const secret of Object.values(secrets)) expect(seen).not.toContain(secret);
  });

  test.each(["run", "onboard", "service", "update"])(
    "begins no second Paperclip and changes no image: %s",
    async (command) => {
      await expect(machine.exec("paperclipai", command)).rejects.toThrow(
        /the machine's start runs it|cannot change the image/,
      );
    },
  );

  test("is an agent's with the agent's own rights, and so without the database and the settings", async () => {
    expect(await asAgent("paperclipai --version")).toBe(await shell(version));
    const told = await asAgent(
      "export PAPERCLIP_HOME=/paperclip PAPERCLIP_CONFIG=/paperclip/instances/default/config.json PGHOST=/run/postgresql PGUSER=paperclip; paperclipai auth bootstrap-ceo --force 2>&1 || true",
    );
    expect(told).not.toContain("Invite URL");
    expect(told).toMatch(/No config found|permission denied|EACCES/i);
  });
});

describe("the agents' everyday tools work:", () => {
  test("git commits, branches, stashes and rebases", async () => {
    const result =
      await asAgent(`set -e; cd "$(mktemp -d)"; git init -qb main .; git config user.email a@b.c; git config user.name a
      echo 1 >f; git add f; git commit -qm one; git checkout -qb side; echo 2 >g; git add g; git commit -qm two
      git checkout -q main; echo 3 >>f; git stash -q; git stash pop -q; git commit -qam three; git rebase -q main side; git log --format=%s`);
    expect(result.split("\n")).toEqual(["two", "three", "one"]);
  });

  test("git clones over https and ssh know their programs", async () => {
    expect(await shell("ls /usr/lib/git-core/git-remote-https && command -v ssh")).toContain("/usr/bin/ssh");
  });

  test("perl runs one-liners", async () => {
    expect(await asAgent("echo left | perl -pe 's/left/right/'")).toBe("right");
  });

  test.each(["curl", "jq", "less", "node", "npm", "npx", "openssl", "ps", "python3", "rg", "unzip"])(
    "%s",
    async (tool) => {
      await asAgent(`${tool} ${tool === "unzip" ? "-v" : "--version"} || ${tool} version`);
    },
  );
});

describe("a routine's trigger", () => {
  interface Trigger {
    trigger: { nextRunAt: string | null };
    secretMaterial: { webhookUrl: string; webhookSecret: string } | null;
  }

  // A routine without an agent is not active.
  let assigneeAgentId: string;

  beforeAll(async () => {
    const agent = { name: "Ada", role: "engineer", adapterType: "claude_local", adapterConfig: {} };
    ({ id: assigneeAgentId } = await person.ok<{ id: string }>(
      "POST",
      `/api/companies/${company}/agents`,
      agent,
    ));
  });

  async function trigger(kind: object): Promise<Trigger> {
    const routine = { title: `Look what is new, ${JSON.stringify(kind)}`, assigneeAgentId };
    const { id } = await person.ok<{ id: string }>("POST", `/api/companies/${company}/routines`, routine);
    return person.ok<Trigger>("POST", `/api/routines/${id}/triggers`, kind);
  }

  test("that is a webhook has an address of the tailnet, where a device without an account fires it by a signature", async () => {
    const { secretMaterial } = await trigger({ kind: "webhook", signingMode: "github_hmac" });
    const { origin, host, pathname } = new URL(secretMaterial?.webhookUrl ?? "");
    expect(origin).toBe(`https://${appName}.${tailnet}`);
    const url = `${await machine.url()}${pathname}`;
    const body = JSON.stringify({ what: "deployed" });
    const fire = async (secret: string) => {
      const signature = createHmac("sha256", secret).update(body).digest("hex");
      const headers = {
        host,
        "content-type": "application/json",
        "x-hub-signature-256": `sha256=${signature}`,
      };
      return (await request(url, { method: "POST", headers, body })).statusCode;
    };
    expect(await fire("guessed")).toBe(401);
    expect(await fire(secretMaterial?.webhookSecret ?? "")).toBe(202);
  });

  test("that takes its secret as a bearer's token is refused by Paperclip itself, as the page for every day says", async () => {
    const { secretMaterial } = await trigger({ kind: "webhook", signingMode: "bearer" });
    const { host, pathname } = new URL(secretMaterial?.webhookUrl ?? "");
    const headers = { host, authorization: `Bearer ${secretMaterial?.webhookSecret}` };
    const url = `${await machine.url()}${pathname}`;
    expect((await request(url, { method: "POST", headers })).statusCode).toBe(401);
  });

  test("that is a schedule is in the time zone that it names, and like the machine in UTC where it names none", async () => {
    const daily = { kind: "schedule", cronExpression: "0 9 * * *" };
    const next = async (zone: object) =>
      (await trigger({ ...daily, ...zone })).trigger.nextRunAt?.slice(11, 16);
    expect(await next({ timezone: "Asia/Tokyo" })).toBe("00:00");
    expect(await next({})).toBe("09:00");
    expect(await machine.exec("date", "+%Z")).toBe("UTC");
  });
});
