/** The parts of an image reference. A reference without a registry means Docker Hub, as everywhere. */
export interface ImageReference {
  registry: string;
  repository: string;
  tag: string;
  digest: string;
}

// `flyctl machine update --image` appends the digest even to a reference that already ends in one.
const pattern =
  /^(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))*$/;

/** @returns undefined if the text is no image reference. A reference with neither tag nor digest means `latest`. */
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
