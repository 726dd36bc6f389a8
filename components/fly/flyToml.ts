import { stringify } from "smol-toml";
import type { PlainVariable } from "../settings/variables.ts";

/** How the tailnet device is run. */
export interface DeviceSettings {
  /** URL of another control server than Tailscale's. */
  controlServer: string | undefined;
  https: boolean;
  userspace: boolean;
  ssh: boolean;
  /** Whether tailscaled sends its log to Tailscale. */
  logs: boolean;
}

/** What fly.toml is made of. */
export interface FlyTomlSettings {
  appName: string;
  region: string;
  size: string;
  memoryMb: number;
  /** Size in GB up to which Fly.io extends the volume by itself; undefined: never. */
  volumeLimitGb?: number | undefined;
  /** DNS name of the tailnet. */
  tailnet: string;
  /** How the device takes part in the tailnet. */
  device: DeviceSettings;
  /** Agents that Paperclip offers, by the names of their programs in the image. */
  agents: readonly string[];
  /** How many agents work at once, at most. */
  agentsAtOnce: number;
  /** Whether Paperclip offers the stack's Claude token to all who hire an agent. Default: true. */
  offerClaudeToken?: boolean | undefined;
  /** Names of the secrets that the stack's settings add; Paperclip and its agents get them. */
  extraSecretNames: readonly string[];
}

/** Port of Paperclip inside the machine. */
const paperclipPort = 3100;

/** Name of the volume and where the machine mounts it. */
export const volume = { name: "paperclip_data", destination: "/paperclip" } as const;

/** Swap in MB: what lets four agents work at once in 1 GB without a death (two without it). */
const swapMb = 512;

/** Seconds between the kill signal and the kill: Paperclip marks its runs for retry and needs up to 90 s for many of them. */
const killTimeoutSeconds = 120;

/** Seconds after which start.sh itself stops waiting, so that PostgreSQL still gets its clean shutdown. */
const stopSeconds = killTimeoutSeconds - 10;

/**
 * The text of fly.toml. It holds no secret: Fly.io keeps it with each release.
 */
export function flyTomlText(settings: FlyTomlSettings): string {
  const { appName, region, size, memoryMb, volumeLimitGb } = settings;
  return stringify({
    app: appName,
    primary_region: region,
    kill_signal: "SIGTERM",
    kill_timeout: `${killTimeoutSeconds}s`,
    swap_size_mb: swapMb,
    env: setOnly(environment(settings)),
    // Fly.io's checks only inform; what brings a dead machine back is this.
    restart: [{ policy: "always" }],
    // The app's check, not a service's: Fly.io lowers a service's grace period to a minute, and asks for this one without a service too.
    checks: {
      alive: {
        type: "http",
        port: paperclipPort,
        method: "GET",
        path: "/api/health",
        // Paperclip answers only for host names it knows, and the platform asks by address.
        headers: { Host: "localhost" },
        // A first boot makes the database and runs some 280 migrations; with cold caches it was seen to take 52 s.
        grace_period: "120s",
        interval: "30s",
        timeout: "10s",
      },
    },
    // Only Fly's proxy answers at the private address, and only for a service. This one shows the health check to whom the operator puts
    // into the app's network, such as a monitor; everybody else, and all else, is refused by the door in front of Paperclip.
    http_service: {
      internal_port: paperclipPort,
      // The private address speaks HTTP only; TLS is the tailnet's.
      force_https: false,
      // Agents work without anybody looking, so the proxy never stops the machine. Nor does a request start one that its operator has stopped.
      auto_stop_machines: "off",
      auto_start_machines: false,
    },
    mounts: [{ source: volume.name, destination: volume.destination, ...autoExtend(volumeLimitGb) }],
    vm: [{ size, memory: `${memoryMb}mb` }],
  });
}

/** The values of the plain variables, see settings/variables.ts. What is undefined is not set. */
const environment = ({
  tailnet,
  device,
  agents,
  agentsAtOnce,
  offerClaudeToken,
  extraSecretNames,
}: FlyTomlSettings): Record<PlainVariable, string | undefined> => ({
  NODE_ENV: "production",
  PORT: String(paperclipPort),
  HOST: "0.0.0.0",
  SERVE_UI: "true",
  PAPERCLIP_HOME: volume.destination,
  PAPERCLIP_INSTANCE_ID: "default",
  PAPERCLIP_CONFIG: `${volume.destination}/instances/default/config.json`,
  PAPERCLIP_DEPLOYMENT_MODE: "authenticated",
  PAPERCLIP_DEPLOYMENT_EXPOSURE: "private",
  PAPERCLIP_STOP_SECONDS: String(stopSeconds),
  PAPERCLIP_AGENTS: agents.join(" "),
  PAPERCLIP_AGENTS_AT_ONCE: String(agentsAtOnce),
  // The default is not set, so that a stack of an earlier version keeps its fly.toml.
  PAPERCLIP_ON_FLY_OFFER_CLAUDE_TOKEN: offerClaudeToken === false ? "false" : undefined,
  TAILNET_DNS: tailnet,
  TAILNET_HTTPS: String(device.https),
  TAILSCALE_USERSPACE: String(device.userspace),
  TAILSCALE_SSH: String(device.ssh),
  TAILSCALE_LOGS: String(device.logs),
  TAILSCALE_LOGIN_SERVER: device.controlServer || undefined,
  PAPERCLIP_EXTRA_SECRETS: extraSecretNames.join(" ") || undefined,
});

const setOnly = (variables: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));

/** All three or none: without one of them Fly.io never extends a volume. https://fly.io/docs/reference/configuration/#the-mounts-section */
const autoExtend = (limitGb: number | undefined) =>
  limitGb === undefined
    ? {}
    : {
        auto_extend_size_threshold: 80,
        auto_extend_size_increment: "1GB",
        auto_extend_size_limit: `${limitGb}GB`,
      };
