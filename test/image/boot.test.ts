import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Origin, type Variable, variables } from "../../components/settings/variables.ts";
import { firstBackupHours, warningFindings, warningShape } from "../../ops/warningFindings.ts";
import { appName, Machine, secrets, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

let machine: Machine;

beforeAll(async () => {
  // Variables of fly.toml that only a setting brings.
  const ofSettings = ["PAPERCLIP_ATTACHMENT_MAX_BYTES=10485760", "PAPERCLIP_ON_FLY_OFFER_CLAUDE_TOKEN=false"];
  machine = await Machine.start(await paperclipImage(), {
    secrets: { GITHUB_TOKEN: "ghp_canary" },
    run: ofSettings.flatMap((one) => ["--env", one]),
  });
  await machine.healthy();
});

afterAll(() => machine?.remove());

/** Id of the oldest process whose command line matches a pattern. */
const pidOf = async (pattern: string) => (await machine.exec("pgrep", "--oldest", "--full", pattern)).trim();

const environmentOf = async (pattern: string) => {
  const text = await machine.exec("cat", `/proc/${await pidOf(pattern)}/environ`);
  return new Map(
    text
      .split("\0")
      .filter(Boolean)
      .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
};

const server = "@paperclipai/server";

describe("a first boot in 1 GB", () => {
  test("ends in a Paperclip that answers its health check", async () => {
    expect(await machine.health()).toMatchObject({
      statusCode: 200,
      body: { status: "ok", deploymentMode: "authenticated", bootstrapStatus: "bootstrap_pending" },
    });
  });

  test("answers the platform's check only because it asks as Host: localhost", async () => {
    expect(await machine.health("172.19.0.2:3100")).toMatchObject({ statusCode: 403 });
  });

  test("says how the first administrator's invitation is printed: its link, at the tailnet's address, is in no log", async () => {
    const log = await machine.logged("first administrator's invitation is open");
    const [, command = ""] = /printed by: flyctl machine exec MACHINE (\S+) --app (\S+)/.exec(log) ?? [];
    const link = await machine.exec(command);
    expect(link).toMatch(new RegExp(`^https://${appName}\\.${tailnet}/invite/pcp_bootstrap_[0-9a-f]+$`));
    expect(await machine.logs()).not.toContain("pcp_bootstrap_");
  });

  test("gives the same invitation again on request", async () => {
    expect(await machine.exec("paperclip-invite")).toBe(await machine.exec("paperclip-invite"));
  });

  test("comes up without a tailnet key, on the platform's network only", async () => {
    expect(await machine.logs()).toContain("no TAILSCALE_AUTH_KEY, so the machine joins no tailnet");
  });
});

describe("PostgreSQL", () => {
  test("is the system's 17, not the one that Paperclip would bring", async () => {
    const program = await machine.exec("readlink", `/proc/${await pidOf("bin/postgres -D")}/exe`);
    expect(program).toBe(`${await machine.exec("pg_config", "--bindir")}/postgres`);
    expect(await machine.exec("pg_config", "--version")).toMatch(/^PostgreSQL 17\./);
    expect(await machine.logs()).toContain("Using external PostgreSQL");
  });

  test("listens on a unix socket only", async () => {
    const listening = await machine.exec("ss", "--listening", "--tcp", "--udp", "--numeric", "--no-header");
    expect(listening).not.toContain(":5432");
  });

  test("lets Paperclip in by its operating system's user, and nobody else into its database", async () => {
    const asUser = (user: string) =>
      machine.exec(
        ...["runuser", "--user", user, "--", "env", "PGHOST=/run/postgresql"],
        ...["psql", "-U", "paperclip", "-tAc", "select 1", "paperclip"],
      );
    expect(await asUser("paperclip")).toBe("1");
    await expect(asUser("nobody")).rejects.toThrow("Permission denied");
    await expect(asUser("root")).rejects.toThrow("Peer authentication failed");
  });

  test("gives Paperclip a role that is no superuser", async () => {
    const query = "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = 'paperclip'";
    const answer = await machine.exec(
      "setpriv",
      "--reuid",
      "postgres",
      "--clear-groups",
      "env",
      "PGHOST=/run/postgresql",
      "psql",
      "-tAc",
      query,
      "postgres",
    );
    expect(answer).toBe("f");
  });
});

describe("Paperclip's process", () => {
  test("runs as an unprivileged user", async () => {
    expect(await machine.exec("stat", "--format", "%U", `/proc/${await pidOf(server)}`)).toBe("paperclip");
  });

  test("gets the environment that it needs", async () => {
    const environment = await environmentOf(server);
    expect(Object.fromEntries(environment)).toMatchObject({
      HOME: "/paperclip/home",
      NODE_ENV: "production",
      PORT: "3100",
      PAPERCLIP_HOME: "/paperclip",
      PAPERCLIP_CONFIG: "/paperclip/instances/default/config.json",
      PAPERCLIP_DEPLOYMENT_MODE: "authenticated",
      PAPERCLIP_DEPLOYMENT_EXPOSURE: "private",
      PAPERCLIP_PUBLIC_URL: `https://${appName}.${tailnet}`,
      PAPERCLIP_API_URL: "http://127.0.0.1:3100",
    });
  });

  test("gets the variables whose rows name it, and no other", async () => {
    const plain = (from: Origin) => from === "fly.toml" || from === "image" || from === "start";
    const rows = Object.entries<Variable>(variables).filter(
      ([, { from, readers }]) => plain(from) && readers.includes("server"),
    );
    // The server sets this one itself.
    const expected = rows.map(([name]) => name).filter((name) => name !== "PAPERCLIP_PG_DUMP_PATH");
    expect([...(await environmentOf(server)).keys()].sort()).toEqual(expected.sort());
  });
});

test("no process has the app's secrets in its environment but the platform's init and the shells of the start", async () => {
  const script = `for process in /proc/[0-9]*; do
    if grep --text --quiet ${secrets.BETTER_AUTH_SECRET} $process/environ; then cat $process/comm; fi
  done 2>/dev/null | sort -u`;
  const others = ["docker-init", "bash"];
  const holders = (await machine.exec("env", "--ignore-environment", "/bin/bash", "-c", script)).split("\n");
  expect(holders.filter((name) => !others.includes(name))).toEqual([]);
});

test("PostgreSQL's processes get none of the app's secrets", async () => {
  const values = [...(await environmentOf("bin/postgres -D")).values()].join("\n");
  for (const secret of [
    secrets.BETTER_AUTH_SECRET,
    secrets.PAPERCLIP_AGENT_JWT_SECRET,
    secrets.CLAUDE_CODE_OAUTH_TOKEN,
    "ghp_canary",
  ]) {
    expect(values).not.toContain(secret);
  }
});

describe("config.json", () => {
  test("survives the mount, which hides what an image has under /paperclip", async () => {
    expect(await machine.exec("cat", "/paperclip/instances/default/config.json")).toBe(
      await machine.exec("cat", "/usr/local/share/paperclip-on-fly/config.json"),
    );
  });

  test("is valid for this Paperclip: $meta, connectionString and all", async () => {
    const script = `
      import { readFileSync } from "node:fs";
      import { findPaperclipConfigKeyWarnings, paperclipConfigSchema } from "/usr/local/lib/paperclip/node_modules/@paperclipai/shared/dist/index.js";
      const config = paperclipConfigSchema.parse(JSON.parse(readFileSync("/paperclip/instances/default/config.json", "utf8")));
      console.log(JSON.stringify({ warnings: findPaperclipConfigKeyWarnings(config), meta: config.$meta, database: config.database }));`;
    const answer = JSON.parse(await machine.exec("node", "--input-type=module", "--eval", script));
    expect(answer).toMatchObject({
      warnings: [],
      meta: { version: 1, source: "onboard" },
      database: { mode: "postgres", connectionString: "postgres:///paperclip" },
    });
  });

  test("puts everything that a redeploy must not lose on the volume", async () => {
    const config = JSON.parse(await machine.exec("cat", "/paperclip/instances/default/config.json"));
    const paths = [
      config.database.backup.dir,
      config.logging.logDir,
      config.storage.localDisk.baseDir,
      config.secrets.localEncrypted.keyFilePath,
    ];
    for (const path of paths) expect(path).toMatch(/^\/paperclip\//);
  });
});

test("each part of the volume belongs to whoever needs it and is closed to the others", async () => {
  const folders = [
    ...["postgres", "tailscale", "operator", "home", "agents"],
    "instances/default/config.json",
    "instances/default/secrets",
  ];
  const listing = await machine.exec(
    "stat",
    "--format",
    "%n %U %a",
    ...folders.map((folder) => `/paperclip/${folder}`),
  );
  expect(listing.split("\n")).toEqual([
    "/paperclip/postgres postgres 700",
    "/paperclip/tailscale root 700",
    "/paperclip/operator root 700",
    "/paperclip/home paperclip 700",
    "/paperclip/agents agent 700",
    "/paperclip/instances/default/config.json paperclip 600",
    "/paperclip/instances/default/secrets paperclip 700",
  ]);
});

test("the processes write nothing outside the volume that a redeploy would lose", async () => {
  // Sockets, locks and pid files live as long as the machine; anything else has to be on the volume.
  const written = (
    await machine.exec(
      "find",
      "/",
      "-xdev",
      "-newer",
      "/proc/1",
      "-type",
      "f",
      "-not",
      "-path",
      "/proc/*",
      "-not",
      "-path",
      "/sys/*",
    )
  ).split("\n");
  const lost = written.filter(
    (path) => path && !/^\/(tmp|run|dev|var\/run)\//.test(path) && !path.startsWith("/paperclip/"),
  );
  expect(lost).toEqual([]);
});

test("the image holds no secret and no password", async () => {
  const history = await machine.exec(
    "sh",
    "-c",
    "cat /usr/local/share/paperclip-on-fly/* /usr/local/lib/paperclip-on-fly/*",
  );
  expect(history).not.toMatch(/password\s*[:=]\s*\S/i);
  expect(history).not.toMatch(/postgres:\/\/[^/@]*:[^/@]*@/);
});

test("a new machine has no backup yet, which doctor finds only when one is due, and its command then makes one", async () => {
  const warnings = async () =>
    z
      .array(warningShape)
      .default([])
      .parse((await machine.health())?.body.warnings);
  const outputs = { appName };
  expect(await warnings()).toMatchObject([{ code: "database_backup_missing" }]);
  expect(warningFindings(await warnings(), outputs, 0.1)).toEqual([]);
  const [finding] = warningFindings(await warnings(), outputs, firstBackupHours);
  const [, command = ""] = /^flyctl ssh console .* --command "(.*)"$/.exec(finding?.fix ?? "") ?? [];
  await machine.exec(...command.split(" "));
  expect(await warnings()).toEqual([]);
});
