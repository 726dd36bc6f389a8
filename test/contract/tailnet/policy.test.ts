// The policy that the program prints can be saved, on top of the tailnet's default policy and edited as the text says.
import { afterAll, beforeAll, expect, test } from "vitest";
import { tailnetPolicy } from "../../../components/tailnet/policy.ts";
import { LocalTailnet } from "../../support/localTailnet.ts";
import { TailnetNode } from "../../support/tailnetNode.ts";

interface Policy {
  groups?: Record<string, string[]>;
  tagOwners?: Record<string, string[]>;
  grants: object[];
  tests?: object[];
}

const tag = "tag:paperclip";
const text = tailnetPolicy({ tags: [tag], https: true });

let tailnet: LocalTailnet;

beforeAll(async () => {
  tailnet = await LocalTailnet.start({ tag });
});

afterAll(() => tailnet?.stop());

/** A policy without its comments, and without the commas that JSON does not take. */
const parse = (policy: string): Policy =>
  JSON.parse(
    policy
      .split("\n")
      .filter((line) => !line.startsWith("//"))
      .join("\n")
      .replaceAll(/,(?=\s*[\]}])/g, ""),
  );

/** Merges two policies as a person does in the editor. */
const merged = (one: Policy, other: Policy): Policy => ({
  ...one,
  groups: { ...one.groups, ...other.groups },
  tagOwners: { ...one.tagOwners, ...other.tagOwners },
  grants: [...one.grants, ...other.grants],
  tests: [...(one.tests ?? []), ...(other.tests ?? [])],
});

/** The rule that the text says to delete. */
const deleted = () => /delete the rule (\{.*?\})/.exec(text)?.[1] ?? "";

/** Saves the default policy with this addition, as the text says to edit it. */
async function save(addition: Policy, withoutOpenRule = true): Promise<void> {
  const fresh = parse(await tailnet.policy());
  const grants = fresh.grants.filter(
    (grant) => JSON.stringify(grant) !== JSON.stringify(JSON.parse(deleted())),
  );
  expect(grants.length).toBeLessThan(fresh.grants.length);
  const edited = withoutOpenRule ? { ...fresh, grants } : fresh;
  await tailnet.savePolicy(JSON.stringify(merged(edited, addition)));
}

/** Does the work in a tailnet with the owner's laptop and a machine. */
const inTailnet = (work: () => Promise<void>) =>
  TailnetNode.use(tailnet, { name: "laptop" }, () =>
    TailnetNode.use(tailnet, { name: "machine", tags: [tag] }, work),
  );

// The order matters: the last test saves, and the default policy is in force until then.
test("a policy that lets the machine reach others, as the default one does, is refused because of the test in the text", () =>
  inTailnet(async () => {
    await expect(save(parse(text), false)).rejects.toThrow(/tag:paperclip:443.*want: Drop.*test\(s\) failed/);
  }));

test("what was printed before could not be saved: nobody has the invented login, and grants only add", () =>
  inTailnet(async () => {
    const before = (member: string): Policy => ({
      groups: { "group:paperclip": [member] },
      tagOwners: { [tag]: ["autogroup:admin"] },
      grants: [{ src: ["group:paperclip"], dst: [tag], ip: ["tcp:443"] }],
      tests: [
        { src: "group:paperclip", accept: [`${tag}:443`], deny: [`${tag}:22`, `${tag}:3100`] },
        { src: tag, deny: [`${tag}:443`, `${tag}:22`] },
      ],
    });
    await expect(save(before("somebody@example.com"))).rejects.toThrow(/no associated IPs/);
    const membersToAll = { src: ["autogroup:member"], dst: ["*"], ip: ["*"] };
    const advised = before(`owner@${(await tailnet.controls.state()).domain}`);
    await expect(save({ ...advised, grants: [...advised.grants, membersToAll] })).rejects.toThrow(
      /group:paperclip.*tag:paperclip:22.*want: Drop/,
    );
  }));

test("the default policy, edited as the text says, is saved, with and without people in the group", () =>
  inTailnet(async () => {
    const fresh = await tailnet.policy();
    for (const members of [[], [`owner@${(await tailnet.controls.state()).domain}`, "guest@example.org"]]) {
      await save({ ...parse(text), groups: { "group:paperclip": members } });
      await tailnet.savePolicy(fresh);
    }
    await save(parse(text));
    expect(parse(await tailnet.policy()).grants).toContainEqual({
      src: ["group:paperclip"],
      dst: [tag],
      ip: ["tcp:443", "tcp:80"],
    });
  }));
