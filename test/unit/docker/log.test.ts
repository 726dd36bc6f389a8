import { expect, test } from "vitest";
import { withoutInvitation } from "../../../docker/server/log.js";

test.each([
  ["/api/invites/pcp_bootstrap_0a1b/accept", "/api/invites/:token/accept"],
  ["/api/invites/pcp_invite_0a1b", "/api/invites/:token"],
  ["/invite/pcp_invite_0a1b?from=mail", "/invite/:token?from=mail"],
  ["/sign-in?next=%2Finvite%2Fpcp_invite_0a1b%3Fx", "/sign-in?next=%2Finvite%2F:token%3Fx"],
  ["https://acme.ts.net/invite/pcp_invite_0a1b", "https://acme.ts.net/invite/:token"],
  ["/reset-password/0a1b", "/reset-password/:token"],
  ["/api/auth/reset-password/0a1b?callbackURL=%2F", "/api/auth/reset-password/:token?callbackURL=%2F"],
  ["/auth?next=%2Freset-password%2F0a1b", "/auth?next=%2Freset-password%2F:token"],
  ["/api/auth/reset-password", "/api/auth/reset-password"],
  ["/api/companies/1/invites", "/api/companies/1/invites"],
  ["/api/health", "/api/health"],
])(
  "an address is logged without the invitation, or the link for a new password, that it names: %s",
  (url, logged) => {
    expect(withoutInvitation(url)).toBe(logged);
  },
);
