import type { Command } from "./cli/command.ts";
import { globalFlags } from "./cli/commonFlags.ts";
import { findCommand } from "./cli/findCommand.ts";
import { helpText } from "./cli/usage.ts";
import { apps } from "./commands/apps.ts";
import { auth } from "./commands/auth.ts";
import { checks } from "./commands/checks.ts";
import { config } from "./commands/config.ts";
import { deploy } from "./commands/deploy.ts";
import { intro } from "./commands/intro.ts";
import { ips } from "./commands/ips.ts";
import { logs } from "./commands/logs.ts";
import { machine } from "./commands/machine.ts";
import { orgs } from "./commands/orgs.ts";
import { platform } from "./commands/platform.ts";
import { releases } from "./commands/releases.ts";
import { secrets } from "./commands/secrets.ts";
import { ssh } from "./commands/ssh.ts";
import { status } from "./commands/status.ts";
import { tokens } from "./commands/tokens.ts";
import { version } from "./commands/version.ts";
import { volumes } from "./commands/volumes.ts";

const help: Command = {
  name: "help",
  operands: "[command]",
  short: "Help about any command",
  long: "Help provides help for any command in the application. Simply type flyctl help [path to command] for full details.",
  withoutToken: true,
  run: async ({ args, streams }) => streams.out(helpText(findCommand(root, args).path)),
};

/** Everything that flyctl can do, and what of it the stand-in refuses. */
export const root: Command = {
  name: "flyctl",
  short: "The Fly.io command line interface",
  long: "This is flyctl, the Fly.io command line interface.",
  flags: globalFlags,
  withoutToken: true,
  run: intro,
  commands: [
    apps,
    auth,
    checks,
    config,
    deploy,
    help,
    ips,
    logs,
    machine,
    orgs,
    platform,
    releases,
    secrets,
    ssh,
    status,
    tokens,
    version,
    volumes,
  ],
  notEmulated: {
    agent:
      "Commands that manage the Fly agent, a background process that manages flyctl wireguard connections",
    certs: "Manage certificates",
    completion: "Generate the autocompletion script for the specified shell",
    console: "Run a console in a new or existing machine",
    consul: "Enable and manage Consul clusters",
    dashboard: "Open web browser on Fly Web UI for this app",
    dig: "Make DNS requests against Fly.io's internal DNS server",
    docs: "View Fly documentation",
    doctor: "The DOCTOR command allows you to debug your Fly environment",
    extensions: "Extensions are additional functionality that can be added to your Fly apps",
    image: "Manage app image",
    incidents: "Show incidents",
    jobs: "Show jobs at Fly.io",
    launch: "Create and configure a new app from source code or a Docker image",
    "litefs-cloud": "LiteFS Cloud management commands",
    mcp: "flyctl Model Context Protocol.",
    mpg: "Manage Managed Postgres clusters.",
    ping: "Test connectivity with ICMP ping messages",
    postgres: "Unmanaged Postgres cluster commands",
    proxy: "Proxies connections to a Fly Machine.",
    redis: "Launch and manage Redis databases managed by Upstash.com",
    scale: "Scale app resources",
    services: "Show the application's services",
    settings: "Manage flyctl settings",
    sftp: "Get or put files from a remote VM.",
    storage: "Provision and manage Tigris object storage buckets",
    synthetics: "Synthetic monitoring",
    wireguard: "Commands that manage WireGuard peer connections",
  },
  hiddenNotEmulated: [
    "create",
    "curl",
    "destroy",
    "history",
    "info",
    "metrics",
    "move",
    "open",
    "regions",
    "registry",
    "resume",
    "suspend",
  ],
  groups: {
    "Deploying apps & machines": ["apps", "deploy", "launch", "machine", "status"],
    "Configuration & scaling": ["certs", "config", "image", "ips", "scale", "secrets", "volumes"],
    "Monitoring & managing things": [
      "checks",
      "console",
      "dashboard",
      "dig",
      "incidents",
      "logs",
      "mcp",
      "ping",
      "proxy",
      "releases",
      "services",
      "sftp",
      "ssh",
      "wireguard",
    ],
    "Databases & extensions": ["consul", "extensions", "litefs-cloud", "mpg", "postgres", "redis", "storage"],
    "Access control": ["auth", "orgs", "tokens"],
    "Help & troubleshooting": ["docs", "doctor", "platform"],
  },
};
