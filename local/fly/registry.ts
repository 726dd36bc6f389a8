import { type ImageReference, parseImageReference } from "./imageReference.ts";

/** The name of Fly's own registry; here it is an alias of the one on this host. */
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
  /** Bytes of all layers as stored. */
  compressedSize: number;
  labels: Record<string, string>;
  /** The image on the registry of this host, by digest: what the Docker daemon pulls. */
  pullReference: string;
}

interface Manifest {
  manifests?: { digest: string; platform?: { os?: string; architecture?: string } }[];
  layers?: { size: number }[];
  config?: { digest: string };
}

/** Looks images up in the registry that stands for registry.fly.io. */
export class Registry {
  readonly #host: string;

  /** @param host `host:port` of an OCI registry that speaks plain HTTP, on loopback. */
  constructor(host: string) {
    this.#host = host;
  }

  /** Undefined for what is not in this registry, another registry's images included: nothing is fetched from outside. */
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

  /** Of an image for several platforms, the one that Fly runs. */
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
