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
  if (!mayUseApp(context.principal, app, "write")) throw notAuthorized("Not authorized to deploy this app.");
  return app;
}

/** Fly's words for what a token has no right to look at. Source: flyctl's own tests of its error texts. */
export const notVisible = () => notAuthorized("You must be authenticated to view this.");

function notAuthorized(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "UNAUTHORIZED" } });
}

export function organizationById(
  { platform, principal }: GraphqlContext,
  id: string,
  action: Action,
): Organization {
  const organization = findOrganization(platform.database, id);
  if (!organization || !mayUseOrganization(principal, id, "read"))
    throw notFound("Could not find Organization");
  if (!mayUseOrganization(principal, id, action)) throw notVisible();
  return organization;
}

export { notFound };
