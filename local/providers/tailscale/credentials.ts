// The credentials of the tailscale provider, which are in the environment.
import { Diagnostic } from "../planned/resource.ts";
import { notServed } from "../provider.ts";
import { quote } from "../quote.ts";

export interface Credentials {
  /** As it was given: a trailing slash counts. */
  baseUrl: string;
  tailnet: string;
  userAgent: string;
  /** Empty when an OAuth client is used. */
  apiKey: string;
  oauth?: { clientId: string; clientSecret: string };
}

type Environment = Record<string, string | undefined>;

function checkedUrl(text: string): string {
  if (URL.canParse(text)) return text;
  throw new Diagnostic(
    "Could not parse base URL",
    `While configuring the provider, the base URL ${quote(text)} could not be parsed: parse ${quote(text)}: missing protocol scheme`,
  );
}

function conflict(apiKey: string, clientId: string, clientSecret: string): string | undefined {
  if (apiKey && (clientId || clientSecret)) {
    return "tailscale provider credentials are conflicting - `api_key` conflicts with 'oauth_client_id', 'oauth_client_secret', 'identity_token', and 'audience'";
  }
  if (apiKey || (clientId && clientSecret)) return undefined;
  if (clientId) {
    return "one of tailscale provider arguments 'oauth_client_secret', 'identity_token', or 'audience' are mandatory with 'oauth_client_id'";
  }
  return clientSecret
    ? "tailscale provider argument 'oauth_client_id' is empty"
    : "tailscale provider credentials are empty - set `api_key` or 'oauth_client_id' and one of 'oauth_client_secret', 'identity_token', or 'audience'";
}

/** @throws Diagnostic when they are missing or contradict each other */
export function credentialsFrom(environment: Environment, userAgent: string): Credentials {
  const variable = (name: string) => environment[name] || "";
  const apiKey = variable("TAILSCALE_API_KEY");
  const clientId = variable("TAILSCALE_OAUTH_CLIENT_ID");
  const clientSecret = variable("TAILSCALE_OAUTH_CLIENT_SECRET");
  if (variable("TAILSCALE_IDENTITY_TOKEN") || variable("TAILSCALE_AUDIENCE"))
    throw notServed("tailscale", "workload identity federation");
  if ([apiKey, clientId, clientSecret].some((value) => value.startsWith("file:")))
    throw notServed("tailscale", "credentials in files (file:PATH)");
  const wrong = conflict(apiKey, clientId, clientSecret);
  if (wrong) throw new Diagnostic("Provider credentials error", wrong);
  return {
    baseUrl: checkedUrl(variable("TAILSCALE_BASE_URL") || "https://api.tailscale.com"),
    tailnet: variable("TAILSCALE_TAILNET") || "-",
    userAgent,
    apiKey,
    ...(apiKey ? {} : { oauth: { clientId, clientSecret } }),
  };
}
