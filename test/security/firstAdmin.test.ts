import pWaitFor from "p-wait-for";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, Machine, tailnet } from "../support/machine.ts";
import { paperclipImage } from "../support/paperclipImage.ts";

/** Who becomes the first administrator, and who gets an account afterwards. */
const publicUrl = `https://${appName}.${tailnet}`;
let machine: Machine;
let operator: PaperclipClient;
let companyId: string;
let firstInvitation: string;
/** The statuses that a stranger got from the first moment until the operator arrived. */
const answers = { signUp: new Set<number>(), claim: new Set<number>() };

const personAt = async (address: string) => new PaperclipClient(await machine.url(), publicUrl, { address });
const stranger = () => personAt("100.64.0.66");
const account = (email: string) => ({ email, password: "let me in, please", name: "Somebody" });
const signUp = async (email: string, link: string) => {
  const person = await personAt("100.64.0.2");
  await person.openInvitation(link);
  return (await person.call("POST", "/api/auth/sign-up/email", account(email))).status;
};

beforeAll(async () => {
  machine = await Machine.start(await paperclipImage());
  const hammering = hammer(async () => (await machine.health())?.body.bootstrapStatus === "ready");
  await machine.logged("invitation is open");
  operator = await personAt("100.64.0.1");
  firstInvitation = await machine.exec("paperclip-invite");
  // Somebody who has the link and no account yet.
  const path = `/api/invites/${firstInvitation.split("/").at(-1)}/accept`;
  await (await personAt("100.64.0.3")).call("POST", path, { requestType: "human" });
  await operator.becomeAdministrator(firstInvitation);
  await hammering;
  ({ id: companyId } = await operator.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" }));
});

afterAll(() => machine?.remove());

/** Tries to register and to claim the instance, again and again from the first answer on. */
async function hammer(over: () => Promise<boolean>): Promise<void> {
  const one = await stranger();
  const guess = `${publicUrl}/invite/pcp_bootstrap_${"0".repeat(48)}`;
  for (let attempt = 0; !(await over()); attempt += 1) {
    for (const link of [publicUrl, guess]) {
      const path = "/api/auth/sign-up/email";
      await one.openInvitation(link).catch(() => {});
      const made = await one
        .call("POST", path, account(`stranger${attempt}@example.test`))
        .catch(() => undefined);
      if (made) answers.signUp.add(made.status);
    }
    const claimed = await one.call("POST", "/api/bootstrap/claim", {}).catch(() => undefined);
    if (claimed) answers.claim.add(claimed.status);
  }
}

/** Has the administrator invite somebody; returns the address of the invitation's page. */
async function invitation(allowedJoinTypes: "human" | "agent"): Promise<string> {
  const path = `/api/companies/${companyId}/invites`;
  const body = { allowedJoinTypes, ...(allowedJoinTypes === "human" ? { humanRole: "operator" } : {}) };
  const { token } = await operator.ok<{ token: string }>("POST", path, body);
  return `${publicUrl}/invite/${token}`;
}

describe("a stranger in the tailnet", () => {
  test("gets neither an account nor the instance, even by trying from the first moment on", () => {
    expect([...answers.signUp]).toEqual([403]);
    expect([...answers.claim].filter((status) => status < 400)).toEqual([]);
    expect(answers.claim.size).toBeGreaterThan(0);
  });

  test("gets no account afterwards either, however the address is written", async () => {
    for (const path of [
      "sign-up/email",
      "SIGN-UP/email",
      "%73ign-up/email",
      "/sign-up/email",
      "x/../sign-up/email",
    ]) {
      const { status } = await (await stranger()).call(
        "POST",
        `/api/auth/${path}`,
        account("late@example.test"),
      );
      expect(status, path).toBe(403);
    }
  });

  test("is told that an account needs an invitation", async () => {
    const { body } = await (await stranger()).call(
      "POST",
      "/api/auth/sign-up/email",
      account("late@example.test"),
    );
    expect(body).toMatchObject({ message: expect.stringContaining("invitation") });
  });
});

describe("somebody with an invitation", () => {
  test("from the administrator makes an account and gets in", async () => {
    const page = await invitation("human");
    const colleague = await personAt("100.64.0.2");
    await colleague.join(page, account("colleague@example.test"));
    // The invitation is used up.
    expect(await signUp("another@example.test", page)).toBe(403);
  });

  test("for an agent makes no person's account", async () => {
    expect(await signUp("fourth@example.test", await invitation("agent"))).toBe(403);
  });
});

test("the first administrator's invitation is worthless once it is used", async () => {
  await expect(machine.exec("paperclip-invite")).rejects.toThrow("has an administrator already");
  const { status } = await operator.call("POST", "/api/bootstrap/claim", {});
  expect(status).toBe(409);
});

test("its link never appears in a log, so reading the logs makes nobody an administrator", async () => {
  const token = firstInvitation.split("/").at(-1) ?? "";
  expect(token).toMatch(/^pcp_bootstrap_/);
  expect(await machine.logs()).not.toContain(token);
});

test("an account still works after a restart", async () => {
  await machine.stop();
  const again = await Machine.start(await paperclipImage(), { volume: machine.volume });
  try {
    await again.healthy();
    const { email, password } = account("colleague@example.test");
    const colleague = new PaperclipClient(await again.url(), publicUrl);
    await pWaitFor(
      async () =>
        (await colleague.call("POST", "/api/auth/sign-in/email", { email, password })).status === 200,
    );
  } finally {
    await again.remove();
  }
});
