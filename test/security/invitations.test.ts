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
const signUp = async (email: string, page: string, password?: string) => {
  const path = "/api/auth/sign-up/email";
  return (await (await somebody()).call<object>("POST", path, account(email, password), page)).status;
};

/** Signs in and accepts the invitation; returns the two statuses. */
async function enter(email: string, page: string): Promise<number[]> {
  const person = await somebody();
  const { email: name, password } = account(email);
  const signedIn = await person.call("POST", "/api/auth/sign-in/email", { email: name, password }, page);
  const path = `/api/invites/${page.split("/").at(-1)}/accept`;
  return [signedIn.status, (await person.call("POST", path, { requestType: "human" }, page)).status];
}

async function invitation(): Promise<string> {
  const body = { allowedJoinTypes: "human", humanRole: "operator" };
  const path = `/api/companies/${companyId}/invites`;
  const { token } = await operator.ok<{ token: string }>("POST", path, body);
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
  await operator.ok("POST", "/api/auth/sign-up/email", account("operator@example.test"), page);
  const before = await accounts();
  expect(await signUp("second@example.test", page)).toBe(403);
  expect(await accounts()).toBe(before);
  await operator.ok("POST", `/api/invites/${page.split("/").at(-1)}/accept`, { requestType: "human" }, page);
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
    const path = "/api/auth/sign-up/email";
    const { body } = await (await somebody()).call("POST", path, account("late-comer@example.test"), page);
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
