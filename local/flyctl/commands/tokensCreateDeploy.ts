import { appCompactOf } from "../api/account.ts";
import type { Command } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import { formatDuration } from "../go/duration.ts";
import { string, struct } from "../go/json.ts";
import { type Invocation, printJson } from "../invocation.ts";

const query =
  "mutation CreateLimitedAccessToken ($name: String!, $organizationId: ID!, $profile: String!, " +
  "$profileParams: JSON, $expiry: String!) { createLimitedAccessToken(input: {name:$name," +
  "organizationId:$organizationId,profile:$profile,profileParams:$profileParams,expiry:$expiry}) " +
  "{ limitedAccessToken { tokenHeader } } }";
const Token = struct("", { tokenHeader: string });

export const tokensCreateDeploy: Command = {
  name: "deploy",
  app: "optional",
  flags: [app, json, { name: "expiry", type: "duration", default: "175200h0m0s" }],
  run: createToken,
};

async function createToken(invocation: Invocation): Promise<void> {
  const { appName, flags, graphql, settings, streams } = invocation;
  const { ID, Organization } = await appCompactOf(invocation).catch((error) => {
    throw prefixed(`failed retrieving app ${appName}: `, error);
  });
  const expiry = flags.duration("expiry");
  const variables = {
    name: "flyctl deploy token",
    organizationId: Organization?.ID ?? "",
    profile: "deploy",
    profileParams: { app_id: ID },
    expiry: expiry === 0 ? "" : formatDuration(expiry),
  };
  const path = "createLimitedAccessToken.limitedAccessToken";
  const { tokenHeader: token } = await graphql
    .runNamed("CreateLimitedAccessToken", query, path, Token, variables)
    .catch((error) => {
      throw prefixed("failed creating token: ", error);
    });
  if (settings.jsonOutput) printJson(invocation, { token });
  else streams.out(`${token}\n`);
}
