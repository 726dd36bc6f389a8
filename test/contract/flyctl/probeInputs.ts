import type { Probe, ProbeInput } from "./recordings.ts";

// The first recordings hold argv only. What their runs found in the working directory, on stdin, in the
// environment and in the configuration that earlier runs had left is set down here.

interface AppFile {
  app: string;
  releaseCommand?: string;
}

function flyToml({ app, releaseCommand }: AppFile): string {
  return `app = "${app}"
primary_region = "sjc"
kill_timeout = "30s"
${releaseCommand ? `\n[deploy]\n  release_command = "${releaseCommand}"\n` : ""}
[env]
  PORT = "3100"
  NODE_ENV = "production"

[http_service]
  internal_port = 3100
  force_https = true
  auto_stop_machines = "off"
  auto_start_machines = true
  min_machines_running = 1

  [[http_service.checks]]
    interval = "15s"
    timeout = "5s"
    grace_period = "10s"
    method = "GET"
    path = "/api/health"

[mounts]
  source = "paperclip_data"
  destination = "/paperclip"

[[vm]]
  size = "shared-cpu-1x"
  memory = "1gb"
`;
}

const unrecorded: Record<string, { vToml?: AppFile; stdin?: string; environment?: Record<string, string> }> =
  {
    "14-secrets-import": { stdin: 'BETTER_AUTH_SECRET="not#a-real=value"\nPLAIN=abc\n' },
    "28-deploy-rolling": { environment: { FLY_EMIT_RELEASE_JSON: "1" } },
    "51-deploy-flycast": { vToml: { app: "demo-flycast" } },
    "53-deploy-public-default": { vToml: { app: "demo-public" } },
    "57-deploy-release-command": { vToml: { app: "demo-rc", releaseCommand: "node migrate.js" } },
  };

/** The inputs of each probe of a file, by name: recorded ones, or those set down above. */
export function probeInputs(probes: Probe[]): Map<string, ProbeInput> {
  const secretVersions = new Map<string, number>();
  return new Map(
    probes.map((probe) => {
      const input = probe.given ?? unrecordedInput(probe.probe, secretVersions);
      rememberSecretVersions(probe, secretVersions);
      return [probe.probe, input];
    }),
  );
}

function unrecordedInput(probe: string, secretVersions: Map<string, number>): ProbeInput {
  const { vToml, stdin, environment } = unrecorded[probe] ?? {};
  const input: ProbeInput = { files: { "fly.toml": flyToml({ app: "paperclip-demo" }) } };
  if (vToml) input.files = { ...input.files, "v.toml": flyToml(vToml) };
  if (stdin !== undefined) input.stdin = stdin;
  if (environment) input.environment = environment;
  if (secretVersions.size > 0) {
    const lines = [...secretVersions].map(([app, version]) => `    ${app}: ${version}\n`);
    input.config = `app_secrets_minvers:\n${lines.join("")}`;
  }
  return input;
}

/** The runs of one recording shared a FLY_CONFIG_DIR, where flyctl keeps each app's last secrets version. */
function rememberSecretVersions(probe: Probe, versions: Map<string, number>): void {
  for (const { method, url, response } of probe.requests) {
    const [, app, secrets] = /^\/v1\/apps\/([^/?]+)(\/secrets)?$/.exec(url) ?? [];
    if (!app) continue;
    if (secrets && method === "POST") versions.set(app, (response as { version: number }).version);
    if (!secrets && method === "DELETE") versions.delete(app);
  }
}
