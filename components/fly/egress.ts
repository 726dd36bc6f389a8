/**
 * The hosts that flyctl is allowed to reach: Fly.io's. flyctl also asks LaunchDarkly for feature flags, which can change what a deploy does,
 * and reports failures to Sentry. Neither can be switched off. But flyctl honours HTTPS_PROXY for every host except loopback, so that variable
 * points at a closed port, and NO_PROXY lists Fly.io's hosts. Source: flyctl's launchdarkly.go, and Go's net/http.ProxyFromEnvironment.
 */
import { getProxyForUrl } from "proxy-from-env";

type Environment = Readonly<Record<string, string | undefined>>;

/** GraphQL and deploys, the renewal of tokens, the Machines API. */
const flyHosts = ["api.fly.io", "auth.fly.io", "api.machines.dev"];

/** Variables by which a Fly.io at another address is named. */
const addresses = ["FLY_API_BASE_URL", "FLY_FLAPS_BASE_URL", "FLY_UIEX_BASE_URL"];

/** The hosts that flyctl needs. */
export function neededHosts(environment: Environment): string[] {
  const named = addresses.flatMap((name) => {
    const url = environment[name];
    return url && URL.canParse(url) ? [new URL(url).hostname] : [];
  });
  return [...new Set([...flyHosts, ...named])];
}

/** Whether the way to Fly.io leads through a proxy of this machine's. */
export const needsProxy = (environment: Environment) =>
  neededHosts(environment).some((host) => getProxyForUrl(`https://${host}`) !== "");

/** Nothing listens there. */
const closed = "http://127.0.0.1:9";

/** The environment in which flyctl reaches these hosts directly, and no other. */
export const blockAllBut = (hosts: readonly string[]) => proxyVariables(closed, hosts.join(","));

/** The environment in which flyctl reaches every host through one proxy. */
export const viaProxy = (proxy: string) => proxyVariables(proxy, "");

/** Under both spellings: an empty variable would let the other one speak. */
const proxyVariables = (proxy: string, direct: string) => ({
  HTTP_PROXY: proxy,
  http_proxy: proxy,
  HTTPS_PROXY: proxy,
  https_proxy: proxy,
  NO_PROXY: direct,
  no_proxy: direct,
});
