// The connection to the Docker daemon: the same choice of host as the real plugin's, which is not quite the docker client's.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { notServed } from "../provider.ts";

export interface DaemonConfig {
  /** Absent: the usual sockets are tried. */
  host?: string;
  tls?: { ca: string; cert: string; key: string };
}

type Settings = Record<string, string | undefined>;

const defaultHost = "unix:///var/run/docker.sock";
/** Where Docker Desktop listens when it was installed without administrator rights. */
const desktopSockets = [".docker/run/docker.sock", ".docker/desktop/docker.sock"];

const variables: Record<string, string> = {
  host: "DOCKER_HOST",
  caMaterial: "DOCKER_CA_MATERIAL",
  certMaterial: "DOCKER_CERT_MATERIAL",
  keyMaterial: "DOCKER_KEY_MATERIAL",
  certPath: "DOCKER_CERT_PATH",
};

function tlsOf({ caMaterial, certMaterial, keyMaterial, certPath }: Settings): DaemonConfig["tls"] {
  if (caMaterial || certMaterial || keyMaterial) {
    if (!caMaterial || !certMaterial || !keyMaterial) {
      throw new Error("certMaterial, keyMaterial, and caMaterial must all be specified");
    }
    if (certPath) throw new Error("when using raw certificates, certPath must not be specified");
    return { ca: caMaterial, cert: certMaterial, key: keyMaterial };
  }
  if (!certPath) return undefined;
  const read = (name: string) => readFileSync(join(certPath, name), "utf8");
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

/** @param config the provider's settings by `docker:config:NAME`; what it leaves open is looked up in the environment */
export function daemonConfig(config: Settings, environment: Settings): DaemonConfig {
  const settings: Settings = {};
  for (const [name, variable] of Object.entries(variables)) {
    const value = config[`docker:config:${name}`] ?? environment[variable];
    if (value) settings[name] = value;
  }
  const tls = tlsOf(settings);
  return { ...(settings.host ? { host: settings.host } : {}), ...(tls ? { tls } : {}) };
}

function clientFor(host: string, tls: DaemonConfig["tls"]): Docker {
  const url = new URL(host);
  if (url.protocol === "unix:") return new Docker({ socketPath: url.pathname });
  if (url.protocol === "ssh:") throw notServed("docker", "daemons behind ssh");
  const protocol = tls || url.protocol === "https:" ? "https" : "http";
  return new Docker({ protocol, host: url.hostname, port: url.port || (tls ? 2376 : 2375), ...tls });
}

const answers = (docker: Docker) =>
  docker.ping().then(
    () => true,
    () => false,
  );

/** @throws when no daemon answers, which the real plugin does even for a preview */
export async function connect({ host, tls }: DaemonConfig): Promise<Docker> {
  const hosts = host
    ? [host]
    : [defaultHost, ...desktopSockets.map((socket) => `unix://${join(homedir(), socket)}`)];
  for (const candidate of hosts) {
    const docker = clientFor(candidate, tls);
    if (await answers(docker)) return docker;
  }
  throw new Error("failed to connect to any docker daemon");
}

/** The daemon's own words, without what the client library puts around them, and in the docker client's frame. */
export function daemonError(error: unknown): string {
  const { message = "" } = error as Error;
  const [, said] = message.match(/^\(HTTP code \d+\) .*? - ([\s\S]*?) ?$/) ?? [];
  return said === undefined ? message : `Error response from daemon: ${said}`;
}
