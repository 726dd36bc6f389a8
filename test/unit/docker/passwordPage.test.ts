import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { answerPasswordPage, isPasswordPage, passwordsByLink } from "../../../docker/server/passwordPage.js";

const settings = {
  emailAndPassword: { enabled: true, disableSignUp: false },
  rateLimit: { enabled: true, customRules: { "/mine": false } },
};
const token = "0123456789abcdef".repeat(3);

/** Paperclip's database, in which one link is open. */
const database = (email: string) => ({
  $client: { unsafe: async (_: string, [asked]: string[]) => (asked === token ? [{ email }] : []) },
});

/** What a browser gets for an address. */
async function opened(url: string) {
  const got = { status: 0, headers: {} as Record<string, string>, body: "" };
  await answerPasswordPage(
    { url },
    {
      writeHead(status: number, headers: Record<string, string>) {
        Object.assign(got, { status, headers });
      },
      end(body: string) {
        got.body = body;
      },
    },
  );
  return got;
}

test.each([
  ["GET", `/reset-password/${token}`, true],
  ["GET", `/reset-password/${token}/?from=mail`, true],
  ["GET", "/reset-password", true],
  ["GET", "/reset-passwords/x", false],
  ["GET", "/api/auth/reset-password/x", false],
  ["POST", `/reset-password/${token}`, false],
])("%s %s opens a link: %s", (method, url, is) => {
  expect(isPasswordPage({ method, url })).toBe(is);
});

test("what Paperclip sets for Better Auth stays; sessions end with the password, and tokens cannot be tried out", () => {
  expect(passwordsByLink(database(""), settings)).toEqual({
    emailAndPassword: { ...settings.emailAndPassword, revokeSessionsOnPasswordReset: true },
    rateLimit: {
      enabled: true,
      customRules: {
        "/mine": false,
        "/reset-password": { window: 10, max: 3 },
        "/reset-password/*": { window: 10, max: 3 },
      },
    },
  });
});

test("the page of an open link names the account, whatever its address is written with", async () => {
  passwordsByLink(database(`"><script>alert('&')</script>@example.test`), settings);
  const { status, body } = await opened(`/reset-password/${token}`);
  expect(status).toBe(200);
  expect(body).toContain(
    'value="&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)&#60;/script&#62;@example.test"',
  );
  expect(body.match(/<script>/g)).toHaveLength(1);
});

test.each([`/reset-password/${token.replace("0", "1")}`, "/reset-password/", "/reset-password"])(
  "a link that is no longer good says so and has no form: %s",
  async (url) => {
    passwordsByLink(database("a@example.test"), settings);
    const { status, body } = await opened(url);
    expect(status).toBe(410);
    expect(body).toContain("Ask your operator for another one");
    expect(body).not.toContain("<form");
  },
);

test("the page runs its own script and nothing else, is kept nowhere, and hands its address to no other page", async () => {
  passwordsByLink(database("a@example.test"), settings);
  const { headers, body } = await opened(`/reset-password/${token}`);
  const policy = headers["content-security-policy"] ?? "";
  for (const tag of ["script", "style"]) {
    const [, text = ""] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(body) ?? [];
    expect(policy).toContain(`${tag}-src 'sha256-${createHash("sha256").update(text).digest("base64")}';`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "strict-origin" });
});
