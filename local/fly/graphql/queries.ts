import { GraphQLError } from "graphql";
import { isAppScoped, mayUseApp, mayUseOrganization } from "../auth.ts";
import { findRegion, nearestRegion, type Region, regions } from "../regions.ts";
import { findUser, type Organization, organizationBySlug, organizationsOfUser } from "../store/accounts.ts";
import { allApps } from "../store/apps.ts";
import { appObject } from "./app.ts";
import { type GraphqlContext, notFound, notVisible, visibleApp } from "./context.ts";
import { organizationObject } from "./organization.ts";

/** The fields of Query. */
export function queries(context: GraphqlContext) {
  const { platform, principal } = context;
  const { database } = platform;
  return {
    viewer: () => {
      const { id, email, name } = findUser(database, principal.token.userId);
      // Every token other than a user's own is a macaroon. Fly tells only to whom it belongs.
      if (principal.token.kind !== "user") return { __typename: "Macaroon", email };
      return { __typename: "User", id, email, name, enablePaidHobby: false };
    },
    organizations: () => ({
      nodes: organizationsOfUser(database, principal.token.userId).filter(isVisible).map(organizationObject),
    }),
    organization: ({ slug }: { slug: string }) => {
      const organization = organizationBySlug(database, slug, principal.token.userId);
      if (!organization || !isVisible(organization)) throw notFound(`Could not find Organization "${slug}"`);
      return organizationObject(organization);
    },
    platform: () => ({ requestRegion: nearestRegion, regions: regions.map(regionObject) }),
    nearestRegion: () => regionObject(findRegion(nearestRegion) as Region),
    app: ({ name }: { name: string }) => appObject(context, visibleApp(context, name)),
    apps: ({ organizationId }: { organizationId?: string | null }) => {
      // Source: public reports of `flyctl apps list` with a deploy token.
      if (isAppScoped(principal.token)) throw notVisible();
      return {
        // Always one page, because nobody creates more apps than that on one machine.
        pageInfo: { hasNextPage: false, endCursor: null },
        nodes: allApps(database)
          .filter((app) => mayUseApp(principal, app, "read"))
          .filter((app) => organizationId == null || app.organizationId === organizationId)
          .map((app) => appObject(context, app)),
      };
    },
    latestImageDetails: ({ image }: { image: string }) => {
      // Fly knows newer versions only for its own images, such as Postgres.
      throw new GraphQLError(`Unknown repository for image ${image}`);
    },
  };

  function isVisible(organization: Organization): boolean {
    return mayUseOrganization(principal, organization.id, "read");
  }
}

function regionObject({ code, name, latitude, longitude }: Region) {
  return {
    code,
    name,
    latitude,
    longitude,
    gatewayAvailable: code === nearestRegion,
    requiresPaidPlan: false,
    deprecated: false,
  };
}
