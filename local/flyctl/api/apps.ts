import { any, bool, slice, string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { App } from "../types/app.ts";
import { document } from "./graphql.ts";

const full = document`
  query ($appName: String!) {
    app(name: $appName) {
      id internalNumericId name hostname deployed status version appUrl platformVersion
      currentRelease { evaluationId status inProgress version }
      config { definition }
      organization { id slug paidPlan }
      services { description protocol internalPort ports { port handlers } }
      ipAddresses { nodes { id address type createdAt } }
      sharedIpAddress cnameTarget
      imageDetails { registry repository tag digest version }
      machines{ nodes {
        id name config state region createdAt app { name } ips { nodes { family kind ip maskSize } } host { id }
      } }
      postgresAppRole: role { name }
    }
  }`;
const list = document`
  query($org: ID, $after: String) {
    apps(type: "container", first: 200, after: $after, organizationId: $org) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id name deployed hostname platformVersion network organization { slug name }
        currentRelease { createdAt status } status
      }
    }
  }`;
const bucketsQuery =
  "query ListOrganizationAddOns ($orgSlug: String!, $addOnType: AddOnType!) { " +
  "organization(slug: $orgSlug) { addOns(type: $addOnType) { nodes { id name " +
  "addOnPlan { displayName description } privateIp primaryRegion readRegions options metadata } } } }";

const Page = struct("", {
  pageInfo: struct("", { hasNextPage: bool, endCursor: string }),
  nodes: slice(App),
});
const Bucket = struct("", { name: string, metadata: any });

export function fullApp({ graphql }: Invocation, appName: string): Promise<App> {
  return graphql.run(full, "app", App, { appName });
}

/** All visible apps, or those of one organization. */
export async function allApps({ graphql }: Invocation, organization: string | undefined): Promise<App[]> {
  const apps: App[] = [];
  let after: string | undefined;
  for (;;) {
    const variables = { ...(organization ? { org: organization } : {}), ...(after ? { after } : {}) };
    const page = await graphql.run(
      list,
      "apps",
      Page,
      Object.keys(variables).length > 0 ? variables : undefined,
    );
    apps.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return apps;
    after = page.pageInfo.endCursor;
  }
}

/** An organization's Tigris buckets. One of them can hold an app's static files. */
export function bucketsOf({ graphql }: Invocation, orgSlug: string) {
  const variables = { orgSlug, addOnType: "tigris" };
  return graphql.runNamed(
    "ListOrganizationAddOns",
    bucketsQuery,
    "organization.addOns.nodes",
    slice(Bucket),
    variables,
  );
}
