/** The fly.toml of the tests' apps: one HTTP service with a check, and a volume unless told otherwise. */
export function flyToml(
  app: string,
  { volume = true, health = "good", more = "" }: { volume?: boolean; health?: string; more?: string } = {},
): string {
  const mounts = '[mounts]\n  source = "data"\n  destination = "/data"\n';
  return `app = "${app}"
primary_region = "sjc"
kill_timeout = "10s"
${more}
[env]
  PORT = "3100"
  HEALTH = "${health}"
[http_service]
  internal_port = 3100
  auto_stop_machines = "off"
  min_machines_running = 1
  [[http_service.checks]]
    interval = "2s"
    timeout = "1s"
    grace_period = "5s"
    method = "GET"
    path = "/health"
${volume ? mounts : ""}
[[vm]]
  size = "shared-cpu-1x"
  memory = "256mb"
`;
}

/** The arguments of the tests' deploys. `fast` skips the ten seconds of smoke checks. */
export function deployArguments(image: string, { fast = true } = {}): string[] {
  return [
    "deploy",
    "--image",
    image,
    "--ha=false",
    "--no-public-ips",
    "--yes",
    "--dns-checks=false",
    "--wg=false",
    ...(fast ? ["--smoke-checks=false"] : []),
  ];
}
