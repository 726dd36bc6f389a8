import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { packContext } from "../../local/providers/docker/contextTar.ts";
import { hashOf } from "../../local/toolchain/cache.ts";
import { toolchain } from "./toolchain.ts";

export const ownContext = join(import.meta.dirname, "../../docker");

/** Builds the image from docker/ as it is now; Docker's cache makes a second build quick. Returns its name. */
export const paperclipImage = (): Promise<string> => buildPaperclip(ownContext);

/**
 * Builds an image from a folder like docker/. The daemon gets the folder as Pulumi's provider sends it: with the files' modes. Returns the
 * image's name.
 *
 * @throws Error with the daemon's message if it does not build
 */
export async function buildPaperclip(context: string, args: Record<string, string> = {}): Promise<string> {
  const docker = new Docker();
  const buildargs = { ...toolchain().imageBuildArgs, ...args };
  const t = await imageName(context, buildargs);
  const stream = await docker.buildImage(packContext(context), {
    t,
    version: "2" as const,
    buildargs,
  });
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error, output: { error?: string }[]) => {
      const failure = error?.message ?? output.find((line) => line.error)?.error;
      if (failure) reject(new Error(`The image does not build: ${failure}`));
      else resolve();
    }),
  );
  return t;
}

/** Names the image by its content. Checkouts of this repository share one Docker daemon, and must not take each other's image. */
async function imageName(context: string, buildargs: Record<string, string>): Promise<string> {
  const files = (await readdir(context, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = files.map(async (file) => [file.slice(context.length), await readFile(file, "utf8")]);
  const made = [...(await Promise.all(texts)).flat(), JSON.stringify(buildargs)];
  return `paperclip-on-fly/under-test:${hashOf(...made)}`;
}
