/**
 * flyctl's command lines as lists of words, by flyctl's own nouns: without `flyctl`, which `flyctl.ts` starts, and without `--json`, which it
 * adds where it reads the answer. A secret is in none of them.
 */

export const apps = {
  list: (organization: string) => ["apps", "list", "--org", organization],
  create: (app: string, { organization, network }: { organization: string; network: string }) => [
    ...["apps", "create", app],
    ...["--org", organization],
    ...["--network", network],
    "--yes",
  ],
  destroy: (app: string) => ["apps", "destroy", app, "--yes"],
};

export const ips = {
  list: (app: string) => ["ips", "list", "--app", app],
  /** A private address. Without its network it would be one of the organization's default network. */
  allocate: (app: string, network: string) => [
    ...["ips", "allocate-v6", "--private"],
    ...["--network", network],
    ...["--app", app],
  ],
  release: (app: string, address: string) => ["ips", "release", address, "--app", app],
};

/** The most that Fly.io gives a command in a machine. Sources: see exec.ts. */
const execSeconds = 60;

export const machine = {
  list: (app: string) => ["machine", "list", "--app", app],
  start: (app: string, id: string) => ["machine", "start", id, "--app", app],
  restart: (app: string, id: string) => ["machine", "restart", id, "--app", app],
  /** @param line one word: flyctl hands it on as it is */
  exec: (app: string, id: string, line: string) => [
    ...["machine", "exec", id, line],
    ...["--timeout", String(execSeconds)],
    ...["--app", app],
  ],
};

export const platform = {
  regions: () => ["platform", "regions"],
};

export const secrets = {
  list: (app: string) => ["secrets", "list", "--app", app],
  /** Reads lines NAME=VALUE on standard input. Like all that say `--stage` it changes the machine only with its next start. */
  import: (app: string) => ["secrets", "import", "--stage", "--app", app],
  /** Reads the one value on standard input. */
  set: (app: string, name: string) => ["secrets", "set", `${name}=-`, "--stage", "--app", app],
  unset: (app: string, names: readonly string[]) => ["secrets", "unset", ...names, "--stage", "--app", app],
  /**
   * Brings what is staged into the machine, which it restarts. Without the DNS check, which asks a resolver of Google's for the app's public
   * name. Nothing here uses that name.
   */
  deploy: (app: string) => ["secrets", "deploy", "--dns-checks=false", "--app", app],
};

interface NewVolume {
  name: string;
  region: string;
  sizeGb: string;
  retentionDays: string;
  /** Preset and memory of the machine that will use it: a hint, so that the volume lands on a host that has room for the machine. */
  machine: { size: string; memoryMb: string };
}

export const volumes = {
  list: (app: string) => ["volumes", "list", "--app", app],
  create: (app: string, { name, region, sizeGb, retentionDays, machine }: NewVolume) => [
    ...["volumes", "create", name, "--app", app],
    ...["--region", region],
    ...["--size", sizeGb, "--yes"],
    ...["--snapshot-retention", retentionDays],
    ...["--vm-size", machine.size],
    ...["--vm-memory", machine.memoryMb],
  ],
  extend: (app: string, id: string, sizeGb: number) => [
    ...["volumes", "extend", id, "--app", app],
    ...["--size", String(sizeGb), "--yes"],
  ],
  keepSnapshots: (app: string, id: string, days: string) => [
    ...["volumes", "update", id, "--app", app],
    ...["--snapshot-retention", days],
  ],
  destroy: (app: string, id: string) => ["volumes", "destroy", id, "--app", app, "--yes"],
};

interface Release {
  /** Path of fly.toml. */
  config: string;
  /** HOST/NAME@sha256:… */
  image: string;
  waitSeconds: number;
}

/** One machine and no public address; what is switched off keeps flyctl from hosts that a deploy of a finished image does not need. */
export const deploy = (app: string, { config, image, waitSeconds }: Release) => [
  ...["deploy", "--app", app],
  ...["--config", config],
  ...["--image", image],
  ...["--wait-timeout", `${waitSeconds}s`],
  ...["--yes", "--ha=false", "--no-public-ips", "--dns-checks=false", "--wg=false"],
  ...["--deploy-retries", "0"],
];
