import { GraphQLError } from "graphql";
import { type Action, mayUseApp, mayUseOrganization, type Principal } from "../auth.ts";
import type { ApiContext } from "../machinesApi/context.ts";
import { findOrganization, type Organization } from "../store/accounts.ts";
import { type App, findApp } from "../store/apps.ts";

/** What the resolvers of one request work with. */
export interface GraphqlContext extends ApiContext {
  principal: Principal;
}

function notFound(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "NOT_FOUND" } });
}

/**
 * The app of this name (which is its GraphQL id as well).
 * @throws as Fly does, in the same words for an app that does not exist and one that the token may not see.
 */
export function visibleApp({ platform, principal }: GraphqlContext, name: string): App {
  const app = findApp(platform.database, name);
  if (!app || !mayUseApp(principal, app, "read")) throw notFound(`Could not find App "${name}"`);
  return app;
}

export function changeableApp(context: GraphqlContext, name: string): App {
  const app = visibleApp(context, name);
  if (!mayUseApp(context.principal, app, "write")) {
    throw new GraphQLError(`Not authorized to change App "${name}"`, {
      extensions: { code: "UNAUTHORIZED" },
    });
  }
  return app;
}

export function organizationById(
  { platform, principal }: GraphqlContext,
  id: string,
  action: Action,
): Organization {
  const organization = findOrganization(platform.database, id);
  if (!organization || !mayUseOrganization(principal, id, "read"))
    throw notFound("Could not find Organization");
  if (!mayUseOrganization(principal, id, action)) {
    throw new GraphQLError(`Not authorized to change Organization "${organization.name}"`, {
      extensions: { code: "UNAUTHORIZED" },
    });
  }
  return organization;
}

export { notFound };
