// The settings of the tailscale provider and their stand-ins in the environment.
import { readFileSync } from "node:fs";
import { getSystemErrorMessage } from "node:util";
import { Diagnostic } from "../planned/resource.ts";
import type { PropertyMap } from "../properties.ts";
import { notServed } from "../provider.ts";
import { quote } from "../quote.ts";

export interface Credentials {
  /** As it was given: a trailing slash counts. */
  baseUrl: string;
  tailnet: string;
  userAgent: string;
  /** Empty when an OAuth client is used. */
  apiKey: string;
  oauth?: { clientId: string; clientSecret: string; scopes: string[] };
}

export const settings = [
  "apiKey",
  "audience",
  "baseUrl",
  "identityToken",
  "identityTokenEnvironmentVariableName",
  "oauthClientId",
  "oauthClientSecret",
  "scopes",
  "tailnet",
  "userAgent",
];
export const secretSettings = ["apiKey", "identityToken", "oauthClientSecret"];

type Environment = Record<string, string | undefined>;

/** A setting wins even when it is empty; of the variables the first that is not. */
function setting(
  config: PropertyMap,
  key: string,
  environment: Environment,
  variables: string[],
  otherwise = "",
): string {
  const set = config[key];
  if (set !== undefined && set !== null) return String(set);
  return variables.map((variable) => environment[variable]).find(Boolean) ?? otherwise;
}

/** `file:PATH` stands for the file's content. */
function resolve(name: string, value: string): string {
  if (!value.startsWith("file:")) return value;
  const path = value.slice("file:".length);
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const reason = getSystemErrorMessage((error as NodeJS.ErrnoException).errno ?? 0);
    throw new Diagnostic(
      `Could not resolve file for ${name}`,
      `While configuring the provider, the file ${quote(path)} could not be read for "${camelCase(name)}": open ${path}: ${reason}`,
    );
  }
}

const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function checkedUrl(text: string): string {
  if (!URL.canParse(text)) {
    throw new Diagnostic(
      "Could not parse base URL",
      `While configuring the provider, the base URL ${quote(text)} could not be parsed: parse ${quote(text)}: missing protocol scheme`,
    );
  }
  return text;
}

interface Identity {
  apiKey: string;
  clientId: string;
  clientSecret: string;
  identityToken: string;
  audience: string;
}

function conflict({ apiKey, clientId, clientSecret, identityToken, audience }: Identity): string | undefined {
  const others = [clientId, clientSecret, identityToken, audience];
  if (!apiKey && !others.some(Boolean)) {
    return "tailscale provider credentials are empty - set `api_key` or 'oauth_client_id' and one of 'oauth_client_secret', 'identity_token', or 'audience'";
  }
  if (apiKey && others.some(Boolean)) {
    return "tailscale provider credentials are conflicting - `api_key` conflicts with 'oauth_client_id', 'oauth_client_secret', 'identity_token', and 'audience'";
  }
  if (audience && (clientSecret || identityToken)) {
    return "tailscale provider argument 'audience' conflicts with 'oauth_client_secret' and 'identity_token'";
  }
  if (!apiKey && !clientId) return "tailscale provider argument 'oauth_client_id' is empty";
  if (clientId && !clientSecret && !identityToken && !audience) {
    return "one of tailscale provider arguments 'oauth_client_secret', 'identity_token', or 'audience' are mandatory with 'oauth_client_id'";
  }
  return undefined;
}

function identityOf(config: PropertyMap, environment: Environment): Identity {
  const tokenVariable = setting(config, "identityTokenEnvironmentVariableName", {}, []);
  const read = (name: string, key: string, variables: string[]) =>
    resolve(name, setting(config, key, environment, variables));
  return {
    apiKey: read("api_key", "apiKey", ["TAILSCALE_API_KEY"]),
    identityToken: read("identity_token", "identityToken", [
      "TAILSCALE_IDENTITY_TOKEN",
      "IDENTITY_TOKEN",
      tokenVariable,
    ]),
    clientId: read("oauth_client_id", "oauthClientId", ["TAILSCALE_OAUTH_CLIENT_ID", "OAUTH_CLIENT_ID"]),
    clientSecret: read("oauth_client_secret", "oauthClientSecret", [
      "TAILSCALE_OAUTH_CLIENT_SECRET",
      "OAUTH_CLIENT_SECRET",
    ]),
    audience: read("audience", "audience", ["TAILSCALE_AUDIENCE"]),
  };
}

function scopesOf(value: string): string[] {
  return value === "" ? [] : JSON.parse(value);
}

/** @throws Diagnostic when they are missing or contradict each other */
export function credentialsFrom(config: PropertyMap, environment: Environment): Credentials {
  const identity = identityOf(config, environment);
  const baseUrl = checkedUrl(
    setting(config, "baseUrl", environment, ["TAILSCALE_BASE_URL"], "https://api.tailscale.com"),
  );
  const tailnet = setting(config, "tailnet", environment, ["TAILSCALE_TAILNET"], "-");
  if (tailnet === "") {
    throw new Diagnostic(
      "Missing Tailnet ID",
      "While configuring the provider, a Tailnet ID was not found in the TAILSCALE_TAILNET environment variable or provider " +
        "configuration block tailnet attribute.",
    );
  }
  const wrong = conflict(identity);
  if (wrong) throw new Diagnostic("Provider credentials error", wrong);
  const common = { baseUrl, tailnet, userAgent: setting(config, "userAgent", {}, []) };
  const { clientId, clientSecret } = identity;
  if (clientId && !clientSecret) throw notServed("tailscale", "workload identity federation");
  if (!clientId) return { ...common, apiKey: identity.apiKey };
  const scopes = scopesOf(setting(config, "scopes", {}, []));
  return { ...common, apiKey: "", oauth: { clientId, clientSecret, scopes } };
}
