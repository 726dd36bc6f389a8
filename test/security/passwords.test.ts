import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** Who sets a new password for whom. The operator of the stack makes links in the machine; test/e2e/tailnet.test.ts uses the page. */
const publicUrl = `https://${appName}.${tailnet}`;
const administrator = "operator@example.test";
let machine: Machine;
let people = 0;
/** What must show in no log: links' tokens and passwords. */
const secrets: string[] = [];

/** A new person each time, with an address of their own: Better Auth limits the requests of each address. */
const somebody = async () =>
  new PaperclipClient(await machine.url(), publicUrl, { address: `100.64.1.${++people}` });

/** Runs a command in the machine as one of its users. */
const as = (user: string, ...command: string[]) =>
  machine.exec("setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups", ...command);
const sql = (statement: string) =>
  as("paperclip", "psql", "--host=/run/postgresql", "--quiet", "--command", statement, "paperclip");

async function link(...email: string[]): Promise<string> {
  const url = await machine.exec("paperclip-password", ...email);
  secrets.push(tokenOf(url));
  return url;
}

const tokenOf = (url: string) => url.split("/").at(-1) ?? "";

/** Sets a password as the link's page does. */
async function set(url: string, newPassword: string, person?: PaperclipClient) {
  secrets.push(newPassword);
  const body = { newPassword, token: tokenOf(url) };
  return (person ?? (await somebody())).call<{ code?: string }>("POST", "/api/auth/reset-password", body);
}

/** The status of signing in, and who has signed in. */
async function signIn(email: string, password: string) {
  const person = await somebody();
  const { status } = await person.call("POST", "/api/auth/sign-in/email", { email, password });
  return { status, person };
}

const statusOf = async (url: string) =>
  (await (await somebody()).call<string>("GET", new URL(url).pathname)).status;
const isSignedIn = async (person: PaperclipClient) =>
  (await person.call("GET", "/api/companies")).status === 200;

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
  await (await somebody()).becomeAdministrator(await machine.exec("paperclip-invite"));
});

afterAll(() => machine?.remove());

describe("the operator's link", () => {
  test("sets the only administrator's password, once, and ends every session of the account", async () => {
    await set(await link(), "the first of all");
    const { status, person } = await signIn(administrator, "the first of all");
    expect(status).toBe(200);
    expect(await isSignedIn(person)).toBe(true);

    const url = await link();
    expect(url).toMatch(new RegExp(`^https://${appName}\\.${tailnet}/reset-password/[0-9a-f]{48}$`));
    expect(await statusOf(url)).toBe(200);
    expect(await set(url, "the second of all")).toMatchObject({ status: 200 });
    expect(await isSignedIn(person)).toBe(false);
    expect((await signIn(administrator, "the first of all")).status).toBe(401);
    expect((await signIn(administrator, "the second of all")).status).toBe(200);

    expect(await statusOf(url)).toBe(410);
    expect(await set(url, "the third of all")).toMatchObject({
      status: 400,
      body: { code: "INVALID_TOKEN" },
    });
    expect((await signIn(administrator, "the second of all")).status).toBe(200);
  });

  test("takes the place of an earlier one, also when two are made at once", async () => {
    const urls = await Promise.all([link(), link()]);
    const last = await link();
    for (const url of urls) {
      expect(await statusOf(url)).toBe(410);
      expect(await set(url, "by an earlier link")).toMatchObject({ status: 400 });
    }
    expect(await set(last, "by the last link")).toMatchObject({ status: 200 });
  });

  test("is good for an hour", async () => {
    const url = await link();
    const left = `SELECT 1 / (expires_at BETWEEN now() + interval '59 minutes' AND now() + interval '60 minutes')::int
      FROM verification WHERE identifier = 'reset-password:${tokenOf(url)}'`;
    await sql(left);
    await sql(
      `UPDATE verification SET expires_at = now() WHERE identifier = 'reset-password:${tokenOf(url)}'`,
    );
    expect(await statusOf(url)).toBe(410);
    expect(await set(url, "an hour too late")).toMatchObject({
      status: 400,
      body: { code: "INVALID_TOKEN" },
    });
  });

  test("is not used up by a password that is too short or too long", async () => {
    const url = await link(administrator);
    expect(await set(url, "short")).toMatchObject({ status: 400, body: { code: "PASSWORD_TOO_SHORT" } });
    expect(await set(url, "long".repeat(50))).toMatchObject({
      status: 400,
      body: { code: "PASSWORD_TOO_LONG" },
    });
    expect(await set(url, "just right for this")).toMatchObject({ status: 200 });
  });

  test("is for anybody who has an account, by their address however it is written", async () => {
    await sql(`INSERT INTO "user" (id, name, email, email_verified, created_at, updated_at)
      VALUES ('second', 'O''Brien', 'o''brien@example.test', true, now(), now())`);
    await set(await link("O'Brien@Example.test"), "a password for another");
    expect((await signIn("o'brien@example.test", "a password for another")).status).toBe(200);
    expect((await signIn(administrator, "just right for this")).status).toBe(200);
  });

  test("is refused for an unknown address, with those that are known, and asks whose it is where there are two administrators", async () => {
    const known = `o'brien@example.test ${administrator}`;
    await expect(link("nobody@example.test")).rejects.toThrow(
      `nobody@example.test has no account here. These have: ${known}`,
    );
    await expect(link("x' OR 'x' = 'x")).rejects.toThrow("has no account here");
    await sql("INSERT INTO instance_user_roles (user_id, role) VALUES ('second', 'instance_admin')");
    await expect(link()).rejects.toThrow("more than one administrator");
    await sql("DELETE FROM instance_user_roles WHERE user_id = 'second'");
    await expect(link("--help")).rejects.toThrow("usage: paperclip-password [EMAIL]");
  });
});

describe("nobody else", () => {
  test("makes a link: not somebody in the tailnet, by asking for one", async () => {
    const body = { email: administrator, redirectTo: "/reset-password" };
    for (const path of ["request-password-reset", "forget-password"])
      expect((await (await somebody()).call("POST", `/api/auth/${path}`, body)).status, path).not.toBe(200);
  });

  test("makes a link: not an agent, by the operator's command or the database", async () => {
    await expect(as("agent", "paperclip-password", administrator)).rejects.toThrow();
    const command = [
      "psql",
      "--host=/run/postgresql",
      "--username=paperclip",
      "--command",
      "SELECT 1",
      "paperclip",
    ];
    await expect(as("agent", ...command)).rejects.toThrow("Permission denied");
  });

  test("tries out tokens: after three in ten seconds an address has to wait", async () => {
    const guesser = await somebody();
    const guess = () => set(`${publicUrl}/reset-password/${"0".repeat(48)}`, "guessed for sure", guesser);
    const statuses = [];
    for (let tries = 0; tries < 4; tries += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([400, 400, 400, 429]);
  });

  test("opens a link from the platform's network", async () => {
    const address = await machine.inspect("{{.NetworkSettings.IPAddress}}");
    const url = `http://${address}:3100${new URL(await link()).pathname}`;
    const { statusCode, body } = await request(url, { headers: { host: "localhost" } });
    await body.dump();
    expect(statusCode).toBe(403);
  });

  test("finds a link, or a password that was set, in the log", async () => {
    const url = await link();
    // Also where Better Auth answers an address with the token itself, and where it refuses one.
    for (const query of ["?callbackURL=/auth", "?callbackURL=https://elsewhere.test/", ""]) {
      const { body } = await request(`${await machine.url()}/api/auth${new URL(url).pathname}${query}`, {
        headers: { host: new URL(url).host },
      });
      await body.dump();
    }
    await set(url, "short");
    const log = await machine.logged(/GET \/api\/auth\/reset-password\/:token/);
    const shown = (await machine.exec("sh", "-c", "cat /paperclip/instances/default/logs/* || true")) + log;
    expect(secrets.filter((secret) => secret !== "short" && shown.includes(secret))).toEqual([]);
    expect(secrets.length).toBeGreaterThan(20);
  });
});
