import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { anthropicName } from "../../local/anthropic/anthropic.ts";
import { addAuthority } from "../../local/fly/docker/trust.ts";
import { type LocalInternet, openInternet } from "../../local/internet/internet.ts";

/**
 * An internet of one test, in which this host answers for Anthropic.
 *
 * @param image has Node.js
 */
export async function internetOfTest(image: string): Promise<LocalInternet> {
  const folder = await mkdtemp(join(tmpdir(), "internet-test-"));
  try {
    return await openInternet(folder, [anthropicName], image);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

/** Words of `docker create` with which a container finds the names that this host answers for. */
export const hostsOf = ({ addresses }: LocalInternet) =>
  Object.entries(addresses).map(([name, address]) => `--add-host=${name}:${address}`);

/** Makes a container that has not started trust the internet's authority. */
export const trustIn = async (container: string, { caFile }: LocalInternet) =>
  addAuthority(new Docker().getContainer(container), await readFile(caFile, "utf8"));

/**
 * Runs a command in a new container that finds the internet's names.
 *
 * @param words of `docker create`, from its options on
 */
export async function runInInternet(internet: LocalInternet, words: string[], env: Record<string, string>) {
  // Only the names: docker takes the values from its own environment.
  const names = Object.keys(env).flatMap((name) => ["--env", name]);
  const create = ["create", "--rm", ...hostsOf(internet), ...names, ...words];
  const { stdout: id } = await execa("docker", create, { env });
  await trustIn(id, internet);
  return execa("docker", ["start", "--attach", id], { all: true, reject: false });
}
