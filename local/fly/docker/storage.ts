import { PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { type DockerNames, dockerStatus, instanceLabel, unlessMissing } from "./labels.ts";
import { tarArchive } from "./tarArchive.ts";

/**
 * The content of Fly volumes and snapshots. Each is a Docker volume.
 *
 * Content is read and written through a container of an empty image. It never runs: Docker's archive endpoint works on
 * it, so neither an image nor the host needs any tool.
 */
export class Storage {
  readonly #docker: Docker;
  readonly #names: DockerNames;
  readonly #labels: Record<string, string>;
  #emptyImage: Promise<void> | undefined;

  constructor(docker: Docker, names: DockerNames, instanceId: string) {
    this.#docker = docker;
    this.#names = names;
    this.#labels = { [instanceLabel]: instanceId };
  }

  /** Creates a volume as a machine first finds it: owned by root, and empty except for ext4's `lost+found`. */
  async createEmpty(id: string): Promise<void> {
    await this.#createVolume(id);
    await this.#withVolume(id, async (container) => {
      await container.putArchive(tarArchive([{ path: "lost+found/", mode: 0o700 }]), { path: "/volume" });
    });
  }

  /** Creates a volume with the content of another, including owners and modes. @returns bytes copied, counted as a tar archive */
  async createCopy(id: string, sourceId: string): Promise<number> {
    await this.#createVolume(id);
    return this.#withVolume(sourceId, (source) =>
      this.#withVolume(id, async (target) => {
        // Unlike "/volume/.", this includes the mount point itself, so that its owner is copied as well.
        const archive = await source.getArchive({ path: "/volume" });
        const counted = new PassThrough();
        let bytes = 0;
        counted.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        const reading = finished(Readable.from(archive).pipe(counted));
        await Promise.all([reading, target.putArchive(counted, { path: "/" })]);
        return bytes;
      }),
    );
  }

  async remove(id: string): Promise<void> {
    await unlessMissing(this.#docker.getVolume(this.#names.storage(id)).remove());
  }

  async #createVolume(id: string): Promise<void> {
    await this.#docker.createVolume({ Name: this.#names.storage(id), Driver: "local", Labels: this.#labels });
  }

  async #withVolume<Result>(
    id: string,
    work: (container: Docker.Container) => Promise<Result>,
  ): Promise<Result> {
    await this.#ensureEmptyImage();
    const container = await this.#docker.createContainer({
      Image: this.#names.emptyImage,
      Cmd: ["/never-started"],
      Labels: this.#labels,
      HostConfig: {
        NetworkMode: "none",
        Mounts: [{ Type: "volume", Source: this.#names.storage(id), Target: "/volume" }],
      },
    });
    try {
      return await work(container);
    } finally {
      await unlessMissing(container.remove({ force: true }));
    }
  }

  #ensureEmptyImage(): Promise<void> {
    this.#emptyImage ??= this.#importEmptyImage().catch((error: unknown) => {
      this.#emptyImage = undefined;
      throw error;
    });
    return this.#emptyImage;
  }

  async #importEmptyImage(): Promise<void> {
    try {
      await this.#docker.getImage(this.#names.emptyImage).inspect();
      return;
    } catch (error) {
      if (dockerStatus(error) !== 404) throw error;
    }
    const [repo = "", tag = ""] = this.#names.emptyImage.split(":");
    const progress = await this.#docker.importImage(Readable.from([tarArchive([])]), { repo, tag });
    await finished(progress.resume());
  }
}
