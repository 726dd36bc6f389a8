// Names of images: `registry.example:5000/group/name:tag`, as the docker client reads them.

const defaultDomain = "docker.io";
/** Docker Hub's names, and the address under which its credentials are kept. */
const hubHosts = ["index.docker.io", "docker.io", "registry-1.docker.io"];
const hubServer = "https://index.docker.io/v1/";

const domainPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const pathPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

export interface Reference {
  domain: string;
  path: string;
  tag?: string;
  digest?: string;
}

function splitDomain(name: string): [domain: string, rest: string] {
  const slash = name.indexOf("/");
  const first = name.slice(0, slash);
  const isDomain =
    slash >= 0 && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  const [domain, rest] = isDomain ? [first, name.slice(slash + 1)] : [defaultDomain, name];
  if (domain !== defaultDomain && domain !== "index.docker.io") return [domain, rest];
  return [defaultDomain, rest.includes("/") ? rest : `library/${rest}`];
}

/** Fills in Docker Hub where no registry is named. Throws an Error with the docker client's words. */
export function parseReference(name: string): Reference {
  const [domain, rest] = splitDomain(name);
  const [named = "", digest] = rest.split("@", 2);
  const colon = named.indexOf(":");
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (path !== path.toLowerCase()) {
    throw new Error(`invalid reference format: repository name (${path}) must be lowercase`);
  }
  const isValid =
    domainPattern.test(domain) &&
    pathPattern.test(path) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest));
  if (!isValid) throw new Error("invalid reference format");
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

export function formatReference({ domain, path, tag, digest }: Reference): string {
  return `${domain}/${path}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** What is pushed to a registry, pinned: `registry/path@sha256:…` */
export function pinned({ domain, path }: Reference, digest: string): string {
  return formatReference({ domain, path, digest });
}

/** As the daemon's API wants it in an address: without what it fills in by itself. */
export function familiarName({ domain, path }: Reference): string {
  return domain === defaultDomain ? path.replace(/^library\//, "") : `${domain}/${path}`;
}

export function hostnameOf(server: string): string {
  return server.replace(/^https?:\/\//, "").split("/", 1)[0] ?? server;
}

function domainOf(imageName: string): string {
  try {
    const reference = parseReference(imageName);
    if (formatReference(reference) !== imageName) throw new Error("repository name must be canonical");
    return reference.domain;
  } catch (error) {
    throw new Error(
      `${JSON.stringify(imageName)}: ${(error as Error).message}.\nThis resource requires all image names to be fully qualified.\n` +
        "For example, if you are attempting to push to Dockerhub, prefix your image name with `docker.io`:\n\n" +
        "`docker.io/repository/image:tag`",
    );
  }
}

/**
 * The address under which a registry's credentials are kept.
 * @param server empty: the registry is the one in the image's name, which then must be fully qualified
 */
export function registryAddress(server: string, imageName: string): string {
  const hostname = server === "" ? domainOf(imageName) : hostnameOf(server);
  return hubHosts.includes(hostname) ? hubServer : hostname;
}
