/** An image reference in its parts; a reference without a registry is Docker Hub's, as everywhere. */
export interface ImageReference {
  registry: string;
  repository: string;
  tag: string;
  digest: string;
}

// `flyctl machine update --image` writes the digest behind a reference that ends in one already.
const pattern =
  /^(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))*$/;

/** Undefined if it is no image reference. A reference with neither tag nor digest means `latest`. */
export function parseImageReference(reference: string): ImageReference | undefined {
  const slash = reference.indexOf("/");
  const first = reference.slice(0, Math.max(slash, 0));
  const namesRegistry = first.includes(".") || first.includes(":") || first === "localhost";
  const rest = namesRegistry ? reference.slice(slash + 1) : reference;
  const parts = pattern.exec(rest)?.groups;
  if (!parts?.repository) return undefined;
  const digest = parts.digest ?? "";
  return {
    registry: namesRegistry ? first : "docker.io",
    repository: parts.repository,
    tag: parts.tag ?? (digest ? "" : "latest"),
    digest,
  };
}
