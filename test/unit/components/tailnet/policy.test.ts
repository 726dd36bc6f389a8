import { expect, test } from "vitest";
import { tailnetPolicy } from "../../../../components/tailnet/policy.ts";

test("the policy lets one group open Paperclip, and tests that nothing else gets through", () => {
  expect(JSON.parse(tailnetPolicy({ tags: ["tag:paperclip", "tag:acme"], https: true }))).toEqual({
    groups: { "group:paperclip": ["somebody@example.com"] },
    tagOwners: { "tag:paperclip": ["autogroup:admin"], "tag:acme": ["autogroup:admin"] },
    grants: [{ src: ["group:paperclip"], dst: ["tag:paperclip"], ip: ["tcp:443"] }],
    tests: [
      {
        src: "group:paperclip",
        accept: ["tag:paperclip:443"],
        deny: ["tag:paperclip:22", "tag:paperclip:3100"],
      },
      { src: "tag:paperclip", deny: ["tag:paperclip:443", "tag:paperclip:22"] },
    ],
  });
});

test("plain HTTP inside the tailnet is on its own port", () => {
  expect(JSON.parse(tailnetPolicy({ tags: ["tag:paperclip"], https: false }))).toMatchObject({
    grants: [{ ip: ["tcp:80"] }],
  });
});
