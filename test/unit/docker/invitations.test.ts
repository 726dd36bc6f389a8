import { expect, test } from "vitest";
import { proofOfInvitation } from "../../../docker/server/invitations.js";

const asked = (url: string, method = "GET", scheme = "https") =>
  proofOfInvitation({ method, url, headers: { "x-forwarded-proto": scheme } });
const token = "pcp_invite_0a-1B";

test.each([
  `/invite/${token}`,
  `/invite/${token}/`,
  `/invite/${token}?from=mail`,
  `/Invite/${token}`,
  `/api/invites/${token}`,
])("whoever opens %s has the proof of that invitation", (url) => {
  expect(asked(url)).toMatch(new RegExp(`^paperclip-invitation=${token};`));
});

test.each([
  "/",
  "/invite/",
  "/auth?next=%2Finvite%2Fpcp_invite_1",
  `/acme/invite/${token}`,
  `/invite/${token}/more`,
  `/api/invites/${token}/onboarding`,
  `/api/invites/${token}/logo?/invite/${token}`,
  "/invite/a;Domain=ts.net",
  "/invite/a%0D%0ASet-Cookie:b=c",
  `/invite/${"a".repeat(201)}`,
])("%s proves nothing", (url) => {
  expect(asked(url)).toBeUndefined();
});

test("only looking at the page gives the proof", () => {
  for (const method of ["POST", "HEAD", "OPTIONS"]) expect(asked(`/invite/${token}`, method)).toBeUndefined();
});

test("the proof stays with this host, is closed to scripts and other sites, and is sent with a sign-up alone", () => {
  const [, ...attributes] = asked(`/invite/${token}`)?.split("; ") ?? [];
  expect(attributes).toEqual([
    "Path=/api/auth/sign-up",
    `Max-Age=${72 * 3600}`,
    "HttpOnly",
    "SameSite=Strict",
    "Secure",
  ]);
});

test("where the address is not HTTPS, a browser takes the proof, too", () => {
  for (const scheme of ["http", ""]) expect(asked(`/invite/${token}`, "GET", scheme)).not.toContain("Secure");
});
