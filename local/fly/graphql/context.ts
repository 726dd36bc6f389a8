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
 * The app with this name, which is also its GraphQL id.
 * @throws Fly's error, which is the same for an app that does not exist and for one that the token is not allowed to see.
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

/** Fly's words for something that a token is not allowed to see. Source: flyctl's own tests of its error texts. */
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
