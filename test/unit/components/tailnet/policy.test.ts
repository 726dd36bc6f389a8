import { expect, test } from "vitest";
import { tailnetPolicy } from "../../../../components/tailnet/policy.ts";

/** The policy without its comments. */
const parsed = (args: Parameters<typeof tailnetPolicy>[0]) =>
  JSON.parse(
    tailnetPolicy(args)
      .split("\n")
      .filter((line) => !line.startsWith("//"))
      .join("\n"),
  );

test("the policy lets one group open Paperclip, people reach each other, and the machine reach nobody", () => {
  expect(parsed({ tags: ["tag:acme", "tag:clients"], https: true })).toEqual({
    groups: { "group:paperclip": [] },
    tagOwners: { "tag:acme": ["autogroup:admin"], "tag:clients": ["autogroup:admin"] },
    grants: [
      { src: ["autogroup:member"], dst: ["autogroup:member"], ip: ["*"] },
      { src: ["group:paperclip"], dst: ["tag:acme"], ip: ["tcp:443", "tcp:80"] },
    ],
    tests: [{ src: "tag:acme", deny: ["tag:acme:443", "tag:acme:80", "tag:acme:22"] }],
  });
});

test("no person is invented, and the text says what to do before it is saved", () => {
  const text = tailnetPolicy({ tags: ["tag:paperclip"], https: true });
  expect(text).not.toContain("@");
  expect(text).toMatch(/Before you save: put the login names .* into group:paperclip/);
  expect(text).toContain('Before you save: delete the rule {"src": ["*"], "dst": ["*"], "ip": ["*"]}');
});

test("no test denies what another rule of the client's could allow, because grants only add", () => {
  const { tests } = parsed({ tags: ["tag:paperclip"], https: true });
  expect(tests.map(({ src }: { src: string }) => src)).toEqual(["tag:paperclip"]);
});

test("every stack of a tailnet has the same group, as the Personal plan has three", () => {
  const groups = ["tag:one", "tag:two"].map((tag) => parsed({ tags: [tag], https: true }).groups);
  expect(groups[0]).toEqual(groups[1]);
});

test("plain HTTP inside the tailnet is on its own port", () => {
  expect(parsed({ tags: ["tag:paperclip"], https: false })).toMatchObject({
    grants: [{ ip: ["*"] }, { ip: ["tcp:80"] }],
    tests: [{ deny: ["tag:paperclip:80", "tag:paperclip:22"] }],
  });
});
