import { PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { type DockerNames, dockerStatus, instanceLabel, unlessMissing } from "./labels.ts";
import { tarArchive } from "./tarArchive.ts";

/**
 * The content of Fly volumes and snapshots: each is a Docker volume.
 *
 * Content is read and written through a container of an empty image that never runs: Docker's archive endpoint works on
 * it, so no tool has to be in an image or on the host.
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

  /** A volume as a machine finds it the first time: root's, with nothing in it but ext4's `lost+found`. */
  async createEmpty(id: string): Promise<void> {
    await this.#createVolume(id);
    await this.#withVolume(id, async (container) => {
      await container.putArchive(tarArchive([{ path: "lost+found/", mode: 0o700 }]), { path: "/volume" });
    });
  }

  /** A new volume with the content of another, owners and modes included. Bytes copied, as a tar archive has them. */
  async createCopy(id: string, sourceId: string): Promise<number> {
    await this.#createVolume(id);
    return this.#withVolume(sourceId, (source) =>
      this.#withVolume(id, async (target) => {
        // The mount point itself is in the archive, unlike with "/volume/.", so that its owner is copied as well.
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
