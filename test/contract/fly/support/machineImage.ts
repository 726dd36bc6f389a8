import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { execa } from "execa";
import { create } from "tar";
import { findGo } from "../../../../local/toolchain/goTools.ts";

const source = fileURLToPath(new URL("../machineImage", import.meta.url));

/** Other names of the one program: the commands that the recorded runs call, and those that the program runs in a Paperclip machine. */
const otherNames = [
  "ls",
  "boom",
  "curl",
  "paperclip-cpu",
  "paperclip-invite",
  "paperclip-kernel",
  "paperclip-model",
  "paperclip-tailnet",
];

/** The only layer of the tests' machine image: one static program. */
export interface MachineLayer {
  compressed: Buffer;
  /** Digest of the uncompressed archive, in the form of an image config. */
  diffId: string;
}

/** Builds the machine program with the host's Go. A second build uses Go's cache. */
export async function buildMachineLayer(): Promise<MachineLayer> {
  const folder = await mkdtemp(path.join(tmpdir(), "machine-image-"));
  try {
    const program = path.join(folder, "machine");
    await execa(await findGo(), ["build", "-trimpath", "-ldflags=-s -w", "-o", program, "."], {
      cwd: source,
      env: { CGO_ENABLED: "0" },
    });
    for (const name of otherNames) await symlink("/machine", path.join(folder, name));
    const archive = path.join(folder, "layer.tar.gz");
    const names = ["machine", ...otherNames];
    await create({ cwd: folder, file: archive, gzip: true, portable: true, mtime: new Date(0) }, names);
    const compressed = await readFile(archive);
    return { compressed, diffId: digestOf(await promisify(gunzip)(compressed)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface ImageOptions {
  entrypoint?: string[];
  cmd?: string[];
  env?: string[];
  labels?: Record<string, string>;
  user?: string;
}

/** Pushes an image with this layer to a registry. @returns its digest */
export async function pushMachineImage(
  registryHost: string,
  repository: string,
  layer: MachineLayer,
  { entrypoint = ["/machine"], cmd = ["serve"], env = ["PATH=/"], labels = {}, user = "" }: ImageOptions = {},
): Promise<string> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: { Entrypoint: entrypoint, Cmd: cmd, Env: env, Labels: labels, User: user },
      rootfs: { type: "layers", diff_ids: [layer.diffId] },
    }),
  );
  for (const blob of [config, layer.compressed]) await pushBlob(registryHost, repository, blob);
  const media = "application/vnd.docker";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: `${media}.distribution.manifest.v2+json`,
    config: descriptor(`${media}.container.image.v1+json`, config),
    layers: [descriptor(`${media}.image.rootfs.diff.tar.gzip`, layer.compressed)],
  });
  const digest = digestOf(Buffer.from(manifest));
  await expectOk(
    await fetch(`http://${registryHost}/v2/${repository}/manifests/${digest}`, {
      method: "PUT",
      headers: { "content-type": `${media}.distribution.manifest.v2+json` },
      body: manifest,
    }),
  );
  return digest;
}

async function pushBlob(registryHost: string, repository: string, content: Buffer): Promise<void> {
  const started = await fetch(`http://${registryHost}/v2/${repository}/blobs/uploads/`, { method: "POST" });
  await expectOk(started);
  const upload = new URL(started.headers.get("location") ?? "", `http://${registryHost}`);
  upload.searchParams.set("digest", digestOf(content));
  const headers = { "content-type": "application/octet-stream" };
  await expectOk(await fetch(upload, { method: "PUT", headers, body: new Uint8Array(content) }));
}

async function expectOk(response: Response): Promise<void> {
  if (!response.ok)
    throw new Error(`the registry answered ${response.status} for ${response.url}: ${await response.text()}`);
}

function descriptor(mediaType: string, content: Buffer) {
  return { mediaType, digest: digestOf(content), size: content.length };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
