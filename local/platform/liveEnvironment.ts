import type { Toolchain } from "../toolchain/setup.ts";
import type { Platform } from "./platform.ts";
import { tailnetDomain } from "./tailnet.ts";

/**
 * What `npm run test:live` is given for a run on the local platform, in place of a real account. docs/live.md has the names.
 *
 * @param key an API key that the local Anthropic accepts
 */
export function liveEnvironment(
  { env, tailnet, oauthClients }: Platform,
  { imageBuildArgs }: Toolchain,
  key: string,
): Record<string, string> {
  const { TAILSCALE_API_KEY: _, ...rest } = env;
  return {
    ...rest,
    // The credential that README has a client make.
    ...oauthClients.whole,
    LIVE_TAILNET: tailnetDomain,
    LIVE_CONTROL_SERVER: tailnet.controlUrl,
    LIVE_IMAGE_BUILD_ARGS: JSON.stringify(imageBuildArgs),
    LIVE_ANTHROPIC_KEY: key,
    NODE_EXTRA_CA_CERTS: tailnet.caFile,
  };
}
