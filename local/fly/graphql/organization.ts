import { type Organization, slugOf } from "../store/accounts.ts";

export function organizationObject(organization: Organization) {
  const { id, number, rawSlug, name, type } = organization;
  return {
    id,
    // A string in GraphQL, a number in the REST APIs.
    internalNumericId: String(number),
    slug: slugOf(organization),
    rawSlug,
    name,
    type,
    paidPlan: true,
    billable: true,
    viewerRole: "admin",
    addOns: { nodes: [] },
  };
}
