/** What the program asks of the `docker` command; the image itself is built by Pulumi's Docker provider. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/** Who may push to a registry. */
export interface RegistryCredential {
  username: string;
  password: string;
}

/** Whether a Docker daemon answers. */
export function dockerAnswers(): boolean {
  try {
    execFileSync("docker", ["version", "--format", "{{.Server.Version}}"], {
      stdio: "ignore",
      timeout: 10_000,
    });
    return true;
  } catch {
    return false;
  }
}

/** Where `docker` finds the helper that is named in the configuration below. */
const helpers = join(import.meta.dirname, "dockerCredentials");

/**
 * Pushes an image of the local daemon and returns its digest, `sha256:…`.
 *
 * There is no `docker login`: it would write the password to a file, which stays behind when this process is killed. Docker asks a helper
 * instead, which knows it from the environment.
 *
 * @throws Error with Docker's last line, which holds no password.
 */
export async function pushImage(
  name: string,
  { username, password }: RegistryCredential,
  progress: (line: string) => void,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "paperclip-on-fly-docker-"));
  try {
    const registry = name.split("/")[0] ?? "";
    const configuration = { credHelpers: { [registry]: "environment" } };
    await writeFile(join(directory, "config.json"), JSON.stringify(configuration));
    const environment = {
      DOCKER_CONFIG: directory,
      PATH: [helpers, process.env.PATH].join(delimiter),
      REGISTRY_CREDENTIAL: JSON.stringify({ ServerURL: registry, Username: username, Secret: password }),
      ...(await daemon()),
    };
    const push = execa("docker", ["push", name], { env: environment, all: true, reject: false });
    for await (const line of push.iterable({ from: "all" }))
      if (/: (Pushed|Layer already exists)$/.test(line)) progress(line);
    const { all, failed } = await push;
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(all)?.[1];
    if (failed || !digest) throw new Error(`The push of ${name} failed: ${all.trim().split("\n").at(-1)}`);
    return digest;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Where the daemon is: the current context is part of the configuration that a directory of one's own leaves out. */
async function daemon(): Promise<Record<string, string>> {
  if (process.env.DOCKER_HOST) return {};
  const { stdout, failed } = await execa(
    "docker",
    ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"],
    { reject: false },
  );
  return failed || !stdout ? {} : { DOCKER_HOST: stdout.trim() };
}
