/** Builds the two images, pushes them to a registry of this session's own, and counts bytes. */
import { randomUUID } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import getPort from "get-port";
import { create } from "tar";
import { startService, stopService } from "../local/platform/service.ts";
import type { Toolchain } from "../local/toolchain/setup.ts";
import type { Side } from "./figures.ts";
import { workshop } from "./workshop.ts";

export const folders = {
  seed: join(import.meta.dirname, "seed"),
  ours: join(import.meta.dirname, "../docker"),
};
export const imageName = (side: Side) => `paperclip-on-fly/bench:${side}`;

/** The versions that both images have. The seed's second Claude Code is the newest version of the day on which it was first measured. */
export async function versions() {
  const manifest = JSON.parse(await readFile(join(folders.ours, "package.json"), "utf8"));
  return { PAPERCLIP: manifest.dependencies.paperclipai as string, CLAUDE_CODE: "2.1.330" };
}

/** Builds an image from a folder. Returns the seconds that it took. */
export async function build(
  folder: string,
  name: string,
  buildargs: Record<string, string>,
): Promise<number> {
  const docker = new Docker();
  const started = performance.now();
  const archive = create({ cwd: folder, portable: true }, await readdir(folder));
  const options = { t: name, version: "2" as const, buildargs };
  const stream = await docker.buildImage(archive as unknown as NodeJS.ReadableStream, options);
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error, output: { error?: string }[]) => {
      const failure = error?.message ?? output.find((line) => line.error)?.error;
      if (failure) reject(new Error(`${name} does not build: ${failure}`));
      else resolve();
    }),
  );
  return (performance.now() - started) / 1000;
}

export type BuildArgs = Record<string, string> & { NODE_IMAGE: string };

export async function buildArgs(toolchain: Toolchain): Promise<BuildArgs> {
  const dockerfile = await readFile(join(folders.ours, "Dockerfile"), "utf8");
  const official = (name: string) => new RegExp(`^ARG ${name}=(\\S+)`, "m").exec(dockerfile)?.[1] ?? "";
  return {
    NODE_IMAGE: official("NODE_IMAGE"),
    TAILSCALE_IMAGE: official("TAILSCALE_IMAGE"),
    ...toolchain.imageBuildArgs,
    ...(await versions()),
  };
}

/** Base images with one new layer. An image that is built on them, with the returned build arguments, takes nothing from a cache. */
export async function newBase({ NODE_IMAGE, BUILD_IMAGE = NODE_IMAGE }: BuildArgs) {
  const run = randomUUID();
  const layered = async (image: string, name: string) => {
    const tag = `paperclip-on-fly/bench-${name}:${run}`;
    await execa("docker", ["build", "--quiet", "--tag", tag, "-"], {
      input: `FROM ${image}\nRUN echo ${run} >/etc/bench-run\n`,
    });
    return tag;
  };
  const args = {
    NODE_IMAGE: await layered(NODE_IMAGE, "node"),
    BUILD_IMAGE: await layered(BUILD_IMAGE, "build"),
  };
  return {
    args,
    remove: async () => {
      await execa("docker", ["image", "rm", ...Object.values(args)]);
    },
  };
}

export const buildSide = (side: Side, args: Record<string, string>) =>
  build(folders[side], imageName(side), args);

/** Builds a side again with another line at the end of start.sh, a different one each time. Returns the seconds that it took. */
export async function rebuild(side: Side, args: Record<string, string>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "paperclip-bench-"));
  try {
    await cp(folders[side], folder, { recursive: true });
    await appendFile(join(folder, "start.sh"), `# ${randomUUID()}\n`);
    return await build(folder, imageName(side), args);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Uncompressed bytes of an image. */
export const imageBytes = async (name: string) => (await new Docker().getImage(name).inspect()).Size;

/** A registry that knows how many bytes were sent to it. */
export async function startRegistry(toolchain: Toolchain) {
  const folder = join(workshop, "registry");
  await mkdir(folder, { recursive: true });
  const address = `127.0.0.1:${await getPort()}`;
  const config = join(folder, "config.json");
  const storage = { filesystem: { rootdirectory: join(folder, "data") } };
  await writeFile(
    config,
    JSON.stringify({ version: "0.1", log: { level: "warn" }, storage, http: { addr: address } }),
  );
  await startService(folder, {
    name: "registry",
    command: "registry",
    args: ["serve", config],
    env: { PATH: toolchain.path },
    ready: async () => Boolean(await fetch(`http://${address}/v2/`)),
  });
  return {
    /** Pushes an image. Returns the bytes that the registry did not have yet. */
    async push(side: Side): Promise<number> {
      const name = `${address}/${side}`;
      const before = await bytesIn(join(folder, "data"));
      await execa("docker", ["tag", imageName(side), name]);
      await execa("docker", ["push", "--quiet", name]);
      await execa("docker", ["image", "rm", name]);
      return (await bytesIn(join(folder, "data"))) - before;
    },
    async stop() {
      await stopService(folder, "registry");
      await rm(folder, { recursive: true });
    },
  };
}

async function bytesIn(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
