/**
 * Finds the Docker daemon. `docker` looks at DOCKER_HOST and then at its current context. Pulumi's Docker provider looks at DOCKER_HOST and
 * then at three sockets; it knows no contexts (pulumi-docker, provider/image.go, configureDockerClient). If the two find different daemons,
 * the provider builds an image that `docker push` does not find.
 */
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** `answers`: both find the same daemon, and it answers. `elsewhere`: the provider does not find the current context's daemon. */
export type DockerFound = "answers" | "silent" | "elsewhere";

/** Questions about this machine, which a test answers by itself. */
export interface DockerQuestions {
  /** Address of the current context's daemon, e.g. unix:///var/run/docker.sock; undefined where there is no `docker`. */
  contextHost(): string | undefined;
  /** Whether a daemon answers at an address. */
  answersAt(host: string): boolean;
  /** The addresses that the provider tries, in its order. */
  providerHosts: readonly string[];
}

/** Looks for the daemon. */
export function findDocker(
  dockerHost = process.env.DOCKER_HOST,
  { contextHost, answersAt, providerHosts }: DockerQuestions = thisMachine,
): DockerFound {
  if (dockerHost) return answersAt(dockerHost) ? "answers" : "silent";
  const context = contextHost();
  if (!context) return "silent";
  const provider = providerHosts.find((host) => isThere(host) && answersAt(host));
  if (provider && sameSocket(provider, context)) return "answers";
  return answersAt(context) ? "elsewhere" : "silent";
}

/** Address of the current context's daemon; undefined where there is no `docker`, or no such context. */
export function contextHost(): string | undefined {
  const words = ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"];
  try {
    return execFileSync("docker", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

function answersAt(host: string): boolean {
  try {
    execFileSync("docker", ["version", "--format", "{{.Server.Version}}"], {
      env: { ...process.env, DOCKER_HOST: host },
      stdio: "ignore",
      timeout: 10_000,
    });
    return true;
  } catch {
    return false;
  }
}

const thisMachine: DockerQuestions = {
  contextHost,
  answersAt,
  providerHosts: [
    "unix:///var/run/docker.sock",
    `unix://${join(homedir(), ".docker/run/docker.sock")}`,
    `unix://${join(homedir(), ".docker/desktop/docker.sock")}`,
  ],
};

const pathOf = (host: string) => /^unix:\/\/(.+)$/.exec(host)?.[1];

function isThere(host: string): boolean {
  const path = pathOf(host);
  return path === undefined || existsSync(path);
}

/** Docker Desktop's socket has two names; one of them is a link. */
function sameSocket(one: string, other: string): boolean {
  const real = (host: string) => {
    const path = pathOf(host);
    return path !== undefined && existsSync(path) ? realpathSync(path) : host;
  };
  return real(one) === real(other);
}
