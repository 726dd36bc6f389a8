/** The environment of the machines of both sides. */
import { tailnetDomain } from "../local/platform/tailnet.ts";
import type { Side } from "./figures.ts";
import { benchTomlEnvironment } from "./flyToml.ts";
import type { Bench } from "./workshop.ts";

/** A machine's place in the tailnet. */
export interface Address {
  /** Name in the tailnet. */
  name: string;
  /** Key for the tailnet. */
  key: string;
  bench: Bench;
}

/** Where a machine is open to the tailnet. */
export const publicUrl = ({ name }: Address) => `https://${name}.${tailnetDomain}`;

const secrets = {
  BETTER_AUTH_SECRET: "bench-0123456789abcdef0123456789abcdef",
  PAPERCLIP_AGENT_JWT_SECRET: "bench-fedcba9876543210fedcba9876543210",
};

const recipe = {
  NODE_ENV: "production",
  PORT: "3100",
  HOST: "0.0.0.0",
  SERVE_UI: "true",
  PAPERCLIP_HOME: "/paperclip",
  PAPERCLIP_CONFIG: "/paperclip/instances/default/config.json",
  PAPERCLIP_DEPLOYMENT_MODE: "authenticated",
  PAPERCLIP_DEPLOYMENT_EXPOSURE: "private",
  PAPERCLIP_MIGRATION_AUTO_APPLY: "true",
  PAPERCLIP_TELEMETRY_DISABLED: "1",
};

/**
 * @param extraSecrets further secrets, which agents need
 * @param memoryMb memory that the machine is ordered with
 */
export function environment(
  side: Side,
  address: Address,
  extraSecrets: Record<string, string> = {},
  memoryMb = 1024,
): Record<string, string> {
  const { name, key, bench } = address;
  const { controlUrl, acmeUrl } = bench.platform.tailnet;
  const toml = () =>
    benchTomlEnvironment({
      appName: name,
      controlServer: controlUrl,
      memoryMb,
      // Some figures are those of two agents at work.
      agentsAtOnce: 2,
      extraSecretNames: Object.keys(extraSecrets),
    });
  return {
    ...(side === "seed" ? { ...recipe, PAPERCLIP_PUBLIC_URL: publicUrl(address) } : toml()),
    ...secrets,
    ...extraSecrets,
    FLY_APP_NAME: name,
    TAILSCALE_AUTH_KEY: key,
    TAILSCALE_LOGIN_SERVER: controlUrl,
    TS_DEBUG_ACME_DIRECTORY_URL: acmeUrl,
  };
}
