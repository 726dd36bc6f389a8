// The connection to the Docker daemon. The host is chosen as in the real plugin, which differs a little from the docker client.
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { notServed } from "../provider.ts";

export interface DaemonConfig {
  /** Absent: the usual sockets are tried. */
  host?: string;
}

type Settings = Record<string, string | undefined>;

const defaultHost = "unix:///var/run/docker.sock";
/** Docker Desktop's sockets when it is installed without administrator rights. */
const desktopSockets = [".docker/run/docker.sock", ".docker/desktop/docker.sock"];

const certificates = [
  "DOCKER_CA_MATERIAL",
  "DOCKER_CERT_MATERIAL",
  "DOCKER_KEY_MATERIAL",
  "DOCKER_CERT_PATH",
];

/** @param config the provider's settings by `docker:config:NAME`; without a host there, the environment names one */
export function daemonConfig(config: Settings, environment: Settings): DaemonConfig {
  const set = certificates.find((name) => environment[name]);
  if (set) throw notServed("docker", `daemons behind TLS (${set} is set)`);
  const host = config["docker:config:host"] || environment.DOCKER_HOST;
  return host ? { host } : {};
}

function clientFor(host: string): Docker {
  const url = new URL(host);
  if (url.protocol === "unix:") return new Docker({ socketPath: url.pathname });
  if (url.protocol !== "tcp:" && url.protocol !== "http:")
    throw notServed("docker", `daemons behind ${url.protocol}//`);
  return new Docker({ protocol: "http", host: url.hostname, port: url.port || 2375 });
}

const answers = (docker: Docker) =>
  docker.ping().then(
    () => true,
    () => false,
  );

/** @throws when no daemon answers, which the real plugin does even for a preview */
export async function connect({ host }: DaemonConfig): Promise<Docker> {
  const hosts = host
    ? [host]
    : [defaultHost, ...desktopSockets.map((socket) => `unix://${join(homedir(), socket)}`)];
  for (const candidate of hosts) {
    const docker = clientFor(candidate);
    if (await answers(docker)) return docker;
  }
  throw new Error("failed to connect to any docker daemon");
}

/** The daemon's own words, framed by the docker client's words instead of the client library's. */
export function daemonError(error: unknown): string {
  const { message = "" } = error as Error;
  const [, said] = message.match(/^\(HTTP code \d+\) .*? - ([\s\S]*?) ?$/) ?? [];
  return said === undefined ? message : `Error response from daemon: ${said}`;
}
