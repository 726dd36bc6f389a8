/** What the tailnet's policy needs for the app. Source: Tailscale's policy file reference (groups, tagOwners, grants, tests). */
export interface PolicyArgs {
  /** The device's tags; the first one stands for the device. */
  tags: readonly string[];
  https: boolean;
}

/** One for all stacks of a tailnet: Tailscale's Personal plan has three groups. */
const group = "group:paperclip";

/** The rule that lets everything reach everything in a new tailnet. */
const openRule = { src: ["*"], dst: ["*"], ip: ["*"] };

/** What takes its place: people reach each other's devices, but no device with a tag, and none with a tag reaches them. */
const peopleOnly = { src: ["autogroup:member"], dst: ["autogroup:member"], ip: ["*"] };

/**
 * What is to be merged into the policy by hand, with comments as the policy takes them: one group opens Paperclip, and the machine reaches
 * nothing. With HTTPS, port 80 only leads to port 443. Grants only add, so no test says what the group must not reach: the client's other
 * rules decide that, and the machine's firewall closes every other port. The test says what the machine must not: Tailscale refuses a policy
 * in which another rule lets it out.
 *
 * Nobody is named: a group without people is saved as well as any. The program does not apply the text: the policy is one document, and
 * whoever writes it replaces every rule of the client's.
 */
export function tailnetPolicy({ tags, https }: PolicyArgs): string {
  const [tag = ""] = tags;
  const ports = https ? [443, 80] : [80];
  const policy = {
    groups: { [group]: [] },
    tagOwners: Object.fromEntries(tags.map((each) => [each, ["autogroup:admin"]])),
    grants: [peopleOnly, { src: [group], dst: [tag], ip: ports.map((port) => `tcp:${port}`) }],
    tests: [{ src: tag, deny: [...ports, 22].map((port) => `${tag}:${port}`) }],
  };
  return `${howTo}\n{\n${Object.entries(policy).map(section).join(",\n")}\n}`;
}

/** A part of the policy as people write it: each rule is a line. */
function section([name, value]: [string, object]): string {
  const text = Array.isArray(value)
    ? `[\n${value.map((rule) => `    ${inOneLine(rule)}`).join(",\n")}\n  ]`
    : inOneLine(value);
  return `  "${name}": ${text}`;
}

/** JSON with blanks, of rules: their texts have no quotation marks. */
const inOneLine = (rule: object) => JSON.stringify(rule).replaceAll(/([:,])(?=[["])/g, "$1 ");

const howTo = [
  "Add this to the tailnet's policy, after the first `pulumi up`: https://login.tailscale.com/admin/acls/file",
  `Before you save: put the login names of the people who may open Paperclip into ${group}. While it is empty, nobody may.`,
  `Before you save: delete the rule ${inOneLine(openRule)} of a new tailnet. The first grant takes its place.`,
  "Servers, subnets and exit nodes of yours that only that rule opens need grants of their own.",
]
  .map((line) => `// ${line}`)
  .join("\n");
