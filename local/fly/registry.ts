import { type ImageReference, parseImageReference } from "./imageReference.ts";

/** The name of Fly's own registry. Here it is an alias of the registry on this host. */
const flyRegistry = "registry.fly.io";

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

export interface ResolvedImage {
  reference: ImageReference;
  digest: string;
  /** Stored size of all layers in bytes. */
  compressedSize: number;
  labels: Record<string, string>;
  /** The image on this host's registry, by digest. The Docker daemon pulls it. */
  pullReference: string;
}

interface Manifest {
  manifests?: { digest: string; platform?: { os?: string; architecture?: string } }[];
  layers?: { size: number }[];
  config?: { digest: string };
}

/** Looks up images in the registry that stands in for registry.fly.io. */
export class Registry {
  readonly #host: string;

  /** @param host `host:port` of an OCI registry on loopback that speaks plain HTTP. */
  constructor(host: string) {
    this.#host = host;
  }

  /** @returns undefined for an image that is not in this registry, even if another registry has it: nothing comes from outside */
  async resolve(image: string): Promise<ResolvedImage | undefined> {
    const reference = parseImageReference(image);
    if (!reference || ![flyRegistry, this.#host].includes(reference.registry)) return undefined;
    const { repository } = reference;
    const found = await this.#manifest(repository, reference.digest || reference.tag);
    if (!found) return undefined;
    const manifest = await this.#platformManifest(repository, found.manifest);
    return {
      reference,
      digest: found.digest,
      compressedSize: (manifest.layers ?? []).reduce((sum, layer) => sum + layer.size, 0),
      labels: await this.#labels(repository, manifest),
      pullReference: `${this.#host}/${repository}@${found.digest}`,
    };
  }

  async #manifest(repository: string, tagOrDigest: string) {
    const response = await fetch(`http://${this.#host}/v2/${repository}/manifests/${tagOrDigest}`, {
      headers: { accept: manifestTypes.join(", ") },
    });
    const body = await response.text();
    if (response.status === 404) return undefined;
    const digest = response.headers.get("docker-content-digest");
    if (!response.ok || !digest) {
      throw new Error(
        `the registry ${this.#host} answered ${response.status} for ${repository}: ${body.slice(0, 200)}`,
      );
    }
    return { digest, manifest: JSON.parse(body) as Manifest };
  }

  /** The manifest for the platform that Fly runs, if the image has several. */
  async #platformManifest(repository: string, manifest: Manifest): Promise<Manifest> {
    if (!manifest.manifests) return manifest;
    const isLinux = manifest.manifests.filter(({ platform }) => platform?.os === "linux");
    const chosen = isLinux.find(({ platform }) => platform?.architecture === "amd64") ?? isLinux[0];
    const found = chosen && (await this.#manifest(repository, chosen.digest));
    return found?.manifest ?? {};
  }

  async #labels(repository: string, manifest: Manifest): Promise<Record<string, string>> {
    if (!manifest.config) return {};
    const response = await fetch(`http://${this.#host}/v2/${repository}/blobs/${manifest.config.digest}`);
    if (!response.ok) return {};
    const { config } = (await response.json()) as { config?: { Labels?: Record<string, string> | null } };
    return config?.Labels ?? {};
  }
}
