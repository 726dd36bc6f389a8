/** The program's use of the `docker` command. Pulumi's Docker provider builds the image itself. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { contextHost } from "./dockerDaemon.ts";

/** A credential for a registry. */
export interface RegistryCredential {
  username: string;
  password: string;
}

/** The folder with the helper that the configuration below names. */
const helpers = join(import.meta.dirname, "dockerCredentials");

/**
 * Pushes an image of the local daemon and returns its digest, `sha256:…`.
 *
 * There is no `docker login`, since that writes the password to a file, and the file stays behind when this process is killed. Docker asks
 * a helper instead, which has the password from its environment.
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
      ...daemon(),
    };
    const push = execa("docker", ["push", name], { env: environment, all: true, reject: false });
    for await (const line of push.iterable({ from: "all" }))
      if (/: (Pushed|Layer already exists)$/.test(line)) progress(line);
    const { all, failed } = await push;
    const digest = pushedDigest(all);
    if (failed || !digest) throw new Error(`The push of ${name} failed: ${all.trim().split("\n").at(-1)}`);
    return digest;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * The digest in the output of a push. The last line with one counts: a daemon that keeps an index of platforms (containerd's store, the
 * default of Docker 29) can push the manifest of a single platform instead.
 */
export const pushedDigest = (output: string) =>
  [...output.matchAll(/\bdigest: (sha256:[0-9a-f]{64})/g)].at(-1)?.[1];

/** Our temporary DOCKER_CONFIG has no contexts, so this passes the current context's endpoint explicitly. */
function daemon(): Record<string, string> {
  const host = process.env.DOCKER_HOST || contextHost();
  return host ? { DOCKER_HOST: host } : {};
}
