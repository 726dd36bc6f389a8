import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { create } from "tar";
import { hashOf } from "../../local/toolchain/cache.ts";
import { toolchain } from "./toolchain.ts";

const context = join(import.meta.dirname, "../../docker");

/** Builds the image of docker/ as it is now; Docker's cache makes a second build quick. Returns its name. */
export async function paperclipImage(): Promise<string> {
  const docker = new Docker();
  const archive = create({ cwd: context, portable: true }, await readdir(context));
  const t = await imageName();
  const options = { t, version: "2" as const, buildargs: toolchain().imageBuildArgs };
  const stream = await docker.buildImage(archive as unknown as NodeJS.ReadableStream, options);
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error, output: { error?: string }[]) => {
      const failure = error?.message ?? output.find((line) => line.error)?.error;
      if (failure) reject(new Error(`The image does not build: ${failure}`));
      else resolve();
    }),
  );
  return t;
}

/** Names the image by what it is made of: checkouts of this repository share one Docker daemon, and must not take each other's image. */
async function imageName(): Promise<string> {
  const files = (await readdir(context, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = files.map(async (file) => [file.slice(context.length), await readFile(file, "utf8")]);
  const made = [...(await Promise.all(texts)).flat(), JSON.stringify(toolchain().imageBuildArgs)];
  return `paperclip-on-fly/under-test:${hashOf(...made)}`;
}
