/** What the tailnet's policy needs for the app. Source: Tailscale's policy file reference (groups, tagOwners, grants, tests). */
export interface PolicyArgs {
  /** The device's tags; the first one names the group. */
  tags: readonly string[];
  https: boolean;
}

/**
 * JSON to be merged into the policy by hand: one group may open Paperclip, on its one port, and nothing is let out of the machine. The tests
 * make Tailscale refuse a policy where another rule, such as one from `*`, lets more through.
 *
 * It is not applied: the policy is one document, and whoever writes it replaces every rule of the client's.
 */
export function tailnetPolicy({ tags, https }: PolicyArgs): string {
  const [tag = ""] = tags;
  const group = tag.replace(/^tag:/, "group:");
  const port = https ? 443 : 80;
  const policy = {
    groups: { [group]: ["somebody@example.com"] },
    tagOwners: Object.fromEntries(tags.map((each) => [each, ["autogroup:admin"]])),
    grants: [{ src: [group], dst: [tag], ip: [`tcp:${port}`] }],
    tests: [
      { src: group, accept: [`${tag}:${port}`], deny: [`${tag}:22`, `${tag}:3100`] },
      { src: tag, deny: [`${tag}:${port}`, `${tag}:22`] },
    ],
  };
  return JSON.stringify(policy, null, 2);
}
