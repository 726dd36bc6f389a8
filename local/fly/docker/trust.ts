import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { execa } from "execa";
import { Parser } from "tar";
import { dockerStatus } from "./labels.ts";
import { tarArchive } from "./tarArchive.ts";

const folder = "etc/ssl/certs";
/** What most programs read. OpenSSL looks in the folder. */
const bundle = `${folder}/ca-certificates.crt`;

/**
 * Makes a container that has not started trust an authority besides those of its image, as `update-ca-certificates` would. An image that
 * trusts nobody stays so.
 *
 * @param pem the authority's certificate
 */
export async function addAuthority(container: Docker.Container, pem: string): Promise<void> {
  const trusted = await readFileOf(container, `/${bundle}`);
  if (trusted === undefined) return;
  const hash = await subjectHash(pem);
  const archive = tarArchive([
    { path: `usr/local/share/ca-certificates/local-${hash}.crt`, mode: 0o644, content: pem },
    { path: `${folder}/${hash}.0`, mode: 0o644, content: pem },
    { path: bundle, mode: 0o644, content: `${trusted.trimEnd()}\n${pem}` },
  ]);
  await container.putArchive(archive, { path: "/" });
}

/** The name under which OpenSSL looks a certificate up in a folder. */
async function subjectHash(pem: string): Promise<string> {
  return (await execa("openssl", ["x509", "-noout", "-subject_hash"], { input: pem })).stdout.trim();
}

async function readFileOf(container: Docker.Container, path: string): Promise<string | undefined> {
  const archive = await container.getArchive({ path }).catch((error: unknown) => {
    if (dockerStatus(error) === 404) return undefined;
    throw error;
  });
  if (!archive) return undefined;
  const chunks: Buffer[] = [];
  const parser = new Parser({
    onReadEntry: (entry) => entry.on("data", (chunk: Buffer) => chunks.push(chunk)),
  });
  await finished(archive.pipe(parser as unknown as NodeJS.WritableStream));
  return Buffer.concat(chunks).toString();
}
