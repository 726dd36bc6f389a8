import { spawn } from "node:child_process";
import { accessSync, chmodSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Command } from "../cli/command.ts";
import { FlyError } from "../errors.ts";
import { isObject, sortedKeys } from "../go/json.ts";

export const authDocker: Command = {
  name: "docker",
  short: "Authenticate docker",
  long:
    "Adds registry.fly.io to the Docker daemon's authenticated registries. This allows you to push images directly " +
    "to Fly.io from the Docker CLI. Note that tokens may expire.",
  async run({ settings, environment, streams }) {
    const { registryHost, tokens } = settings;
    const binary = findOnPath("docker", environment.nonEmpty("PATH", ""));
    if (binary) await dockerLogin(binary, registryHost, tokens.preferred);
    else writeDockerConfig(registryHost, tokens.preferred);
    // Only a macaroon says when it expires, and the stand-in cannot read one.
    streams.out("Authentication successful. Credential expiration: unknown.\n");
    streams.out(`\nYou can now tag and push images to ${registryHost}/{your-app}\n`);
  },
};

function findOnPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The token goes by stdin: an argument would show in the list of processes. */
async function dockerLogin(binary: string, host: string, token: string): Promise<void> {
  const docker = spawn(binary, ["login", "--username=x", "--password-stdin", host]);
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  docker.stdout.on("data", collect);
  docker.stderr.on("data", collect);
  docker.stdin.on("error", () => undefined);
  docker.stdin.end(token);
  const code = await new Promise((resolve, reject) => docker.once("close", resolve).once("error", reject));
  if (code !== 0) throw new FlyError(`failed authenticating with ${host}: ${output}`);
}

/** What `docker login` would leave in Docker's own configuration. */
function writeDockerConfig(host: string, token: string): void {
  const directory = join(homedir(), ".docker");
  const file = join(directory, "config.json");
  mkdirSync(directory, { mode: 0o700, recursive: true });
  const config = readConfig(file);
  const auths = isObject(config.auths) ? config.auths : {};
  const known = isObject(auths[host]) ? auths[host] : {};
  const auth = Buffer.from(`x:${token}`).toString("base64url");
  const padded = auth.padEnd(Math.ceil(auth.length / 4) * 4, "=");
  const updated = { ...config, auths: { ...auths, [host]: { ...known, auth: padded } } };
  writeFileSync(file, JSON.stringify(sortedKeys(updated)), { mode: 0o600 });
  chmodSync(file, 0o600);
}

function readConfig(file: string): Record<string, unknown> {
  try {
    const config: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isObject(config) ? config : {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new FlyError(
      `docker cli not found - make sure it's installed and try again: ${file} cannot be read`,
    );
  }
}
