import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

let image: string;
const machines: Machine[] = [];
const volumes: string[] = [];

beforeAll(async () => {
  image = await paperclipImage();
});

afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.remove();
  for (const volume of volumes.splice(0))
    await execa("docker", ["volume", "rm", "--force", volume], { reject: false });
});

function volume(): string {
  const name = `image-test-volume-${randomBytes(4).toString("hex")}`;
  volumes.push(name);
  return name;
}

async function start(options: { volume?: string; run?: string[] } = {}): Promise<Machine> {
  const machine = await Machine.start(image, options);
  machines.push(machine);
  return machine;
}

const publicUrl = `https://${appName}.${tailnet}`;
const masterKey = (machine: Machine) =>
  machine.exec("sha256sum", "/paperclip/instances/default/secrets/master.key");

describe("a stop", () => {
  test("ends all three in order and cleanly, inside the kill timeout", async () => {
    const machine = await start();
    await machine.healthy();
    expect(await machine.stop()).toBe(0);
    const log = await machine.logs();
    expect(log).toContain("database system is shut down");
    expect(log).toMatch(/start: stopping[\s\S]*start: stopped/);
  });

  test("goes on as it began when the signal comes again, as Fly.io sends it after the kill timeout", async () => {
    const machine = await start();
    await machine.healthy();
    // From the first signal on, until there is nobody left to receive it.
    const again = "while kill -TERM $start 2>/dev/null; do read -rt 0.02 <> <(:); done";
    const script = `start=$(pgrep --oldest --full "bash /usr/local/bin/paperclip-start"); ${again}`;
    await machine.exec("bash", "-c", script).catch(() => undefined);
    expect(await machine.exitStatus()).toBe(0);
    const log = await machine.logs();
    for (const line of ["start: stopping", "start: stopped", "database system is shut down"])
      expect(log.split(line), line).toHaveLength(2);
  });

  test("during the first boot ends as cleanly, and the next boot continues from there", async () => {
    const data = volume();
    const first = await start({ volume: data });
    await first.logged("database system is ready to accept connections");
    await first.stop();
    const second = await start({ volume: data });
    await second.healthy();
  });
});

describe("a redeploy on the same volume", () => {
  test.each(["SIGTERM", "SIGKILL"])(
    "after %s keeps the company, the session, the master key and the adapters that are switched on and off",
    async (signal) => {
      const data = volume();
      const before = await start({ volume: data });
      await before.healthy();
      const person = new PaperclipClient(await before.url(), publicUrl);
      await person.becomeAdministrator(await before.exec("paperclip-invite"));
      const { id } = await person.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" });
      await person.ok("POST", `/api/companies/${id}/secrets`, {
        name: "DEPLOY_KEY",
        value: "x",
        provider: "local_encrypted",
      });
      const switches = { http: true, process: false, gemini_local: false };
      for (const [type, disabled] of Object.entries(switches))
        await person.ok("PATCH", `/api/adapters/${type}`, { disabled });
      const key = await masterKey(before);
      await (signal === "SIGTERM" ? before.stop() : before.kill());

      const after = await start({ volume: data });
      await after.healthy();
      const samePerson = person.at(await after.url());
      expect(await samePerson.ok("GET", `/api/companies/${id}`)).toMatchObject({ name: "Acme" });
      const secrets = await samePerson.ok("GET", `/api/companies/${id}/secrets`);
      expect(secrets).toContainEqual(expect.objectContaining({ name: "DEPLOY_KEY", status: "active" }));
      expect(await masterKey(after)).toBe(key);
      const adapters = await samePerson.ok<{ type: string; disabled: boolean }[]>("GET", "/api/adapters");
      expect(Object.fromEntries(adapters.map(({ type, disabled }) => [type, disabled]))).toMatchObject(
        switches,
      );
    },
  );

  test("keeps the operator's own config.json", async () => {
    const data = volume();
    const before = await start({ volume: data });
    await before.healthy();
    const config = "/paperclip/instances/default/config.json";
    await before.exec("sed", "-i", 's/"intervalMinutes": 1440/"intervalMinutes": 720/', config);
    await before.stop();
    const after = await start({ volume: data });
    await after.healthy();
    expect(await after.exec("cat", config)).toContain('"intervalMinutes": 720');
  });

  test("does not initialise the database again, and makes no new invitation while one is open", async () => {
    const data = volume();
    const before = await start({ volume: data });
    await before.logged("invitation is open");
    const link = await before.exec("paperclip-invite");
    await before.stop();
    const after = await start({ volume: data });
    const log = await after.logged("invitation is open");
    expect(log).not.toContain("making the database cluster");
    expect(await after.exec("paperclip-invite")).toBe(link);
  });

  test("after a kill in the middle of the first initialisation starts it anew", async () => {
    const data = volume();
    const before = await start({ volume: data });
    await before.logged("making the database cluster");
    await before.kill();
    const after = await start({ volume: data });
    await after.healthy();
  });
});

test("a database without the tables of this version is migrated by the server when it starts", async () => {
  const data = volume();
  const before = await start({ volume: data });
  await before.healthy();
  const empty = ["drop database paperclip with (force)", "create database paperclip owner paperclip"];
  const asPostgres = ["setpriv", "--reuid", "postgres", "--clear-groups", "env", "PGHOST=/run/postgresql"];
  await before.exec(...asPostgres, "psql", ...empty.flatMap((sql) => ["-c", sql]), "postgres");
  await before.stop();
  const after = await start({ volume: data });
  await after.healthy();
  expect(await after.logs()).toMatch(/Applying \d+ pending migrations/);
});

describe("the death of", () => {
  test.each([
    ["PostgreSQL", "bin/postgres -D"],
    ["Paperclip", "@paperclipai/server"],
  ])(
    "%s ends the machine with an error that names it, for the platform to start it again",
    async (name, pattern) => {
      const machine = await start();
      await machine.healthy();
      await machine.exec("pkill", "--oldest", "-KILL", "--full", pattern);
      expect(await machine.exitStatus()).not.toBe(0);
      expect((await machine.logs()).toLowerCase()).toContain(
        `start: ${name.toLowerCase()} ended with status`,
      );
    },
  );

  test("tailscaled ends the machine too", async () => {
    const machine = await Machine.start(image, { tailscaleKey: "tskey-auth-none" });
    machines.push(machine);
    await machine.healthy();
    await machine.exec("pkill", "-KILL", "tailscaled");
    expect(await machine.exitStatus()).not.toBe(0);
    expect(await machine.logs()).toContain("start: tailscaled ended with status");
  });
});

describe("with a tailnet key", () => {
  test("tailscaled keeps its state on the volume by --statedir, and an unreachable control server delays nothing", async () => {
    const machine = await Machine.start(image, { tailscaleKey: "tskey-auth-canary" });
    machines.push(machine);
    await machine.healthy();
    const command = await machine.exec("pgrep", "--full", "--list-full", "tailscaled --");
    expect(command).toContain("--statedir=/paperclip/tailscale");
    expect(command).not.toContain("tskey-auth-canary");
    const everyCommand = await machine.exec("ps", "-eo", "args");
    expect(everyCommand).not.toContain("tskey-auth-canary");
  });
});

test("an invitation is no longer given once there is an administrator", async () => {
  const machine = await start();
  await machine.healthy();
  const person = new PaperclipClient(await machine.url(), publicUrl);
  await person.becomeAdministrator(await machine.exec("paperclip-invite"));
  await expect(machine.exec("paperclip-invite")).rejects.toThrow("has an administrator already");
});
