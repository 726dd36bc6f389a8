/**
 * The server looks the user up once for all requests of a page (docker/server/memory.js). What it remembers never grants more than the
 * current truth.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

let machine: Machine;
let operator: PaperclipClient;
let company: string;

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
  operator = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
  await operator.becomeAdministrator(await machine.exec("paperclip-invite"));
  company = (await operator.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" })).id;
});

afterAll(() => machine?.remove());

test("a session is worthless from the moment of its sign-out", async () => {
  const sessions = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
  const account = { email: "operator@example.test", password: "correct horse battery staple" };
  await sessions.ok("POST", "/api/auth/sign-in/email", account);
  // Somebody who has copied the session's cookie.
  const copy = sessions.at(await machine.url());
  expect((await copy.call("GET", `/api/companies/${company}`)).status).toBe(200);
  await sessions.ok("POST", "/api/auth/sign-out", {});
  expect((await copy.call("GET", `/api/companies/${company}`)).status).not.toBe(200);
});

test("a person who is removed from a company can no longer see it, from that moment on", async () => {
  const invitation = await operator.ok<{ inviteUrl?: string; token: string }>(
    "POST",
    `/api/companies/${company}/invites`,
    { allowedJoinTypes: "human", humanRole: "operator" },
  );
  const token = (invitation.inviteUrl ?? invitation.token).split("/").at(-1);
  const page = `https://${appName}.${tailnet}/invite/${token}`;
  const member = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
  const account = { email: "member@example.test", password: "correct horse battery staple", name: "Member" };
  await member.join(page, account);
  const requests = await operator.ok<{ id: string }[]>(
    "GET",
    `/api/companies/${company}/join-requests?status=pending_approval`,
  );
  for (const { id } of requests)
    await operator.ok("POST", `/api/companies/${company}/join-requests/${id}/approve`, {});
  const looks = async () => (await member.call("GET", `/api/companies/${company}/dashboard`)).status;
  expect(await looks()).toBe(200);
  const { members } = await operator.ok<{ members: { id: string; user?: { email?: string } }[] }>(
    "GET",
    `/api/companies/${company}/members`,
  );
  const id = members.find(({ user }) => user?.email === account.email)?.id;
  await operator.ok("POST", `/api/companies/${company}/members/${id}/archive`, {});
  expect(await looks()).toBe(403);
});
