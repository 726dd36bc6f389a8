import { readdir } from "node:fs/promises";
import Docker from "dockerode";
import { create } from "tar";
import { toolchain } from "./toolchain.ts";

const name = "paperclip-on-fly/under-test:latest";

/** Builds the image of docker/ as it is now; Docker's cache makes a second build quick. Returns its name. */
export async function paperclipImage(): Promise<string> {
  const docker = new Docker();
  const context = new URL("../../docker", import.meta.url).pathname;
  const archive = create({ cwd: context, portable: true }, await readdir(context));
  const options = { t: name, version: "2" as const, buildargs: toolchain().imageBuildArgs };
  const stream = await docker.buildImage(archive as unknown as NodeJS.ReadableStream, options);
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error, output: { error?: string }[]) => {
      const failure = error?.message ?? output.find((line) => line.error)?.error;
      if (failure) reject(new Error(`The image does not build: ${failure}`));
      else resolve();
    }),
  );
  return name;
}
