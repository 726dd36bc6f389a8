import { FlyError } from "../errors.ts";
import { type Infer, slice, string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import { AppBasic, AppCompact, Organization } from "../types/app.ts";
import { document } from "./graphql.ts";

// The caller, and what the caller is allowed to see.

const organizations = document`
  query($admin: Boolean!) {
    organizations(admin: $admin) {
      nodes { id slug rawSlug name type paidPlan billable viewerRole internalNumericId }
    }
  }`;
const organization = document`
  query($slug: String!) { organization(slug: $slug) { id internalNumericId slug rawSlug name type billable } }`;
const appBasic = document`
  query ($appName: String!) {
    appbasic:app(name: $appName) {
      id name platformVersion organization { id internalNumericId slug rawSlug paidPlan }
    }
  }`;
const appCompact = document`
  query ($appName: String!) {
    appcompact:app(name: $appName) {
      id internalNumericId name hostname cnameTarget deployed network status appUrl platformVersion
      organization { id internalNumericId slug paidPlan }
      postgresAppRole: role { name }
    }
  }`;
const machineApp = document`
  query ($machineId: String!) {
    gqlmachine:machine(machineId: $machineId) { id name app { name organization { id slug } } }
  }`;
const volumeApp = document`
  query($id: ID!) { volume: volume(id: $id) { ... on Volume { app { name } } } }`;

export function organizationsOf({ graphql }: Invocation): Promise<Organization[]> {
  return graphql.run(organizations, "organizations.nodes", slice(Organization), { admin: false });
}

export function organizationBySlug({ graphql }: Invocation, slug: string): Promise<Organization> {
  return graphql.run(organization, "organization", Organization, { slug });
}

/** Looks up an organization, as flyctl does. The stand-in only needs to know that it exists. */
export async function requireOrganization({ uiex }: Invocation, slug: string): Promise<void> {
  await uiex.call(`failed to get organization ${slug}`, "GET", `/organizations/${slug}`);
}

export function appBasicOf({ graphql, appName }: Invocation): Promise<Infer<typeof AppBasic>> {
  return graphql.run(appBasic, "appbasic", AppBasic, { appName });
}

export function appCompactOf({ graphql, appName }: Invocation): Promise<AppCompact> {
  return graphql.run(appCompact, "appcompact", AppCompact, { appName });
}

const nameType = struct("", { name: string });

export async function appNameOfMachine({ graphql }: Invocation, machineId: string): Promise<string> {
  return (await graphql.run(machineApp, "gqlmachine.app", nameType, { machineId })).name;
}

export async function appNameOfVolume({ graphql }: Invocation, id: string): Promise<string> {
  return (await graphql.run(volumeApp, "volume.app", nameType, { id })).name;
}

/** The organization named by `--org`, FLY_ORG or FLY_ORGANIZATION. Without a name, the only organization, if it is personal. */
export async function chosenOrganization(invocation: Invocation): Promise<Organization> {
  const { settings, streams } = invocation;
  const all = await organizationsOf(invocation);
  const wanted = settings.organization;
  const [only] = all;
  if (!wanted && only && all.length === 1 && only.Type === "PERSONAL") {
    streams.error(`automatically selected personal organization: ${only.Name}\n`);
    return only;
  }
  if (!wanted) throw new FlyError("org slug must be specified when not running interactively");
  const found = all.find(({ Slug }) => Slug === wanted);
  if (!found) throw new FlyError(`organization ${wanted} not found`);
  return found;
}
