// The images that the Docker daemon made, inspected without the plugin.
import { pipeline } from "node:stream/promises";
import Docker from "dockerode";
import { Parser } from "tar";

const docker = new Docker();

export async function inspectImage(name: string): Promise<{ id: string; labels: Record<string, string> }> {
  const { Id: id, Config: config } = await docker.getImage(name).inspect();
  return { id, labels: config.Labels ?? {} };
}

/** Paths without a leading slash. */
export async function filesIn(image: string): Promise<string[]> {
  const container = await docker.createContainer({ Image: image, Cmd: ["never-run"] });
  const files: string[] = [];
  const parser = new Parser({
    onReadEntry: (entry) => {
      files.push(entry.path);
      entry.resume();
    },
  });
  try {
    await pipeline(await container.export(), parser as unknown as NodeJS.WritableStream);
  } finally {
    await container.remove();
  }
  return files;
}

/** Removes every image of a prefix. */
export async function removeImages(prefix: string): Promise<void> {
  const images = await docker.listImages();
  const names = images
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((tag) => tag.startsWith(`${prefix}/`));
  for (const name of names) await docker.getImage(name).remove();
}
