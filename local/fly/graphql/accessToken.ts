import { GraphQLError } from "graphql";
import { notEmulated } from "../apiError.ts";
import { isAppScoped } from "../auth.ts";
import * as ids from "../ids.ts";
import { durationMilliseconds } from "../machines/duration.ts";
import { saveToken } from "../store/accounts.ts";
import { changeableApp, type GraphqlContext, notVisible, organizationById } from "./context.ts";

interface Input {
  name: string;
  organizationId: string;
  /** `deploy` for one app, `deploy_organization` for all apps of an organisation. */
  profile: string;
  profileParams?: Record<string, unknown> | null;
  /** A Go duration. */
  expiry?: string | null;
}

/** Issues a token with no more rights than the caller's own. A token for one app cannot issue any. Source: public reports. */
export function createLimitedAccessToken(context: GraphqlContext, { input }: { input: Input }) {
  const { database } = context.platform;
  if (isAppScoped(context.principal.token)) throw notVisible();
  const appName = input.profile === "deploy" ? String(input.profileParams?.app_id ?? "") : null;
  if (appName === null && input.profile !== "deploy_organization") {
    throw notEmulated(`access tokens of the profile ${input.profile}`);
  }
  const organizationId =
    appName === null
      ? organizationById(context, input.organizationId, "write").id
      : changeableApp(context, appName).organizationId;
  if (organizationId !== input.organizationId) {
    throw new GraphQLError(`App "${appName}" is not of this organization`);
  }
  const token = ids.apiToken();
  saveToken(database, token, {
    kind: appName === null ? "org" : "deploy",
    name: input.name,
    userId: context.principal.token.userId,
    organizationId,
    appName,
    commands: null,
    expiresAt: expiresAt(input.expiry),
  });
  return { limitedAccessToken: { tokenHeader: `FlyV1 ${token}` } };
}

function expiresAt(expiry: string | null | undefined): string | null {
  if (!expiry) return null;
  const milliseconds = durationMilliseconds(expiry);
  if (milliseconds === undefined) throw new GraphQLError(`Invalid expiry "${expiry}"`);
  return new Date(Date.now() + milliseconds).toISOString();
}
