import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** How many accounts an invitation makes. */
const publicUrl = `https://${appName}.${tailnet}`;
let machine: Machine;
let operator: PaperclipClient;
let companyId: string;
let people = 0;

/** A new person each time, with an address of their own: Better Auth limits the requests of each address. */
const somebody = async () =>
  new PaperclipClient(await machine.url(), publicUrl, { address: `100.64.1.${++people}` });
const account = (email: string, password = "let me in, please") => ({ email, password, name: "Somebody" });
const path = "/api/auth/sign-up/email";

/** Signs up in a browser that has opened links, one after the other; returns the status. */
const signUp = async (email: string, links: string | string[], password?: string) => {
  const person = await somebody();
  for (const link of [links].flat()) await person.openInvitation(link);
  return (await person.call<object>("POST", path, account(email, password))).status;
};

/** Signs in and accepts the invitation; returns the two statuses. */
async function enter(email: string, link: string): Promise<number[]> {
  const person = await somebody();
  const { email: name, password } = account(email);
  const signedIn = await person.call("POST", "/api/auth/sign-in/email", { email: name, password });
  const accept = `/api/invites/${link.split("/").at(-1)}/accept`;
  return [signedIn.status, (await person.call("POST", accept, { requestType: "human" })).status];
}

async function invitation(): Promise<string> {
  const body = { allowedJoinTypes: "human", humanRole: "operator" };
  const invites = `/api/companies/${companyId}/invites`;
  const { token } = await operator.ok<{ token: string }>("POST", invites, body);
  return `${publicUrl}/invite/${token}`;
}

const accounts = async () => {
  const user = ["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups"];
  const query = [
    "psql",
    "--host=/run/postgresql",
    "--tuples-only",
    "--no-align",
    "--command",
    'SELECT count(*) FROM "user"',
  ];
  return Number(await machine.exec(...user, ...query, "paperclip"));
};

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  await machine.healthy();
});

afterAll(() => machine?.remove());

test("the first administrator's invitation makes one account, whoever of two is first", async () => {
  const page = await machine.exec("paperclip-invite");
  operator = await somebody();
  await operator.openInvitation(page);
  await operator.ok("POST", path, account("operator@example.test"));
  const before = await accounts();
  expect(await signUp("second@example.test", page)).toBe(403);
  expect(await accounts()).toBe(before);
  await operator.ok("POST", `/api/invites/${page.split("/").at(-1)}/accept`, { requestType: "human" });
  ({ id: companyId } = await operator.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" }));
});

describe("an open invitation", () => {
  test("makes one account, also when four sign up at once", async () => {
    const page = await invitation();
    const before = await accounts();
    const statuses = await Promise.all([1, 2, 3, 4].map((n) => signUp(`crowd${n}@example.test`, page)));
    expect(statuses.sort()).toEqual([200, 403, 403, 403]);
    expect(await accounts()).toBe(before + 1);
  });

  test("tells the second person what to do", async () => {
    const page = await invitation();
    await signUp("first-comer@example.test", page);
    const late = await somebody();
    await late.openInvitation(page);
    const { body } = await late.call("POST", path, account("late-comer@example.test"));
    expect(body).toMatchObject({
      message: expect.stringMatching(/sign in with it, or ask for another invitation/),
    });
  });

  test("is not used up by a sign-up that fails", async () => {
    const page = await invitation();
    expect(await signUp("hasty@example.test", page, "short")).toBe(400);
    expect(await signUp("operator@example.test", page)).toBe(422);
    expect(await signUp("patient@example.test", page)).toBe(200);
  });

  test("is not used up by an account from another invitation", async () => {
    const [mine, others] = [await invitation(), await invitation()];
    expect(await signUp("other@example.test", others)).toBe(200);
    expect(await signUp("mine@example.test", mine)).toBe(200);
  });

  test("makes its account where its page is opened again, and also on the sign-in page that it leads to", async () => {
    const link = await invitation();
    const person = await somebody();
    await person.openInvitation(link);
    await person.openInvitation(link);
    const token = link.split("/").at(-1);
    await person.ok("GET", `/auth?next=${encodeURIComponent(`/invite/${token}`)}`);
    await person.ok("POST", path, account("reader@example.test"));
  });

  test("gives way to another one whose link is opened later", async () => {
    const [first, last] = [await invitation(), await invitation()];
    expect(await signUp("of-the-last@example.test", [first, last])).toBe(200);
    expect(await signUp("late-for-the-last@example.test", last)).toBe(403);
    expect(await signUp("of-the-first@example.test", [last, first])).toBe(200);
  });

  test("is proved by its opened link alone: not by the address of the page, nor by an address that only contains its own", async () => {
    const link = await invitation();
    const host = new URL(publicUrl).host;
    const headers = { host, origin: publicUrl, referer: link, "content-type": "application/json" };
    const body = JSON.stringify(account("referred@example.test"));
    const url = `${await machine.url()}${path}`;
    expect((await request(url, { method: "POST", headers, body })).statusCode).toBe(403);
    const token = link.split("/").at(-1);
    for (const near of [`/auth?next=/invite/${token}`, `/acme/invite/${token}`, `/invite/${token}/more`])
      expect(await signUp("near@example.test", `${publicUrl}${near}`), near).toBe(403);
    expect(await signUp("opened@example.test", link)).toBe(200);
  });

  test("keeps its account after a restart: it makes no second one, and whoever made the first gets in", async () => {
    const page = await invitation();
    expect(await signUp("restarted@example.test", page)).toBe(200);
    await machine.stop();
    await machine.startAgain();
    await machine.healthy();
    expect(await signUp("usurper@example.test", page)).toBe(403);
    expect(await enter("restarted@example.test", page)).toEqual([200, 202]);
    expect(await signUp("afterwards@example.test", page)).toBe(403);
  });
});
