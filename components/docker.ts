/** What the program asks of the `docker` command; the image itself is built by Pulumi's Docker provider. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

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

/**
 * Pushes an image of the local daemon and returns its digest, `sha256:…`.
 *
 * @param login logs in to the registry with the given environment. The login lives in a directory of its own and goes with it: Docker
 *   would else keep the token in the user's home.
 */
export async function pushImage(
  name: string,
  login: (environment: Record<string, string>) => Promise<unknown>,
  progress: (line: string) => void,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "paperclip-on-fly-docker-"));
  try {
    const environment = { DOCKER_CONFIG: directory, ...(await daemon()) };
    await login(environment);
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
