// The inputs of docker:index/image:Image, with the defaults that Check writes into them.
import { posix } from "node:path";
import { isObject, type PropertyMap, reveal, UNKNOWN, type Value } from "../properties.ts";
import type { CheckFailure } from "../provider.ts";
import type { RegistryInput } from "./credentials.ts";

export interface BuildInput {
  context: string;
  dockerfile: string;
  /** 1 is the old builder, 2 is BuildKit. */
  builder: 1 | 2;
  args: Record<string, string>;
  target: string;
  platform: string;
  network: string;
  extraHosts: string[];
}

export interface ImageInput {
  imageName: string;
  skipPush: boolean;
  registry: RegistryInput;
  build: BuildInput;
}

const inputs = ["imageName", "registry", "build", "skipPush", "buildOnPreview"];
const registryInputs = ["server", "username", "password"];
const buildInputs = [
  "context",
  "dockerfile",
  "contextDigest",
  "args",
  "target",
  "platform",
  "network",
  "addHosts",
  "builderVersion",
];

const defaultDockerfile = "Dockerfile";

const part = (value: Value | undefined): PropertyMap => (isObject(value) ? value : {});
const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");

/** What the real plugin would take, or overlook, and the stand-in does not know. */
export function notServedFailures(news: PropertyMap): CheckFailure[] {
  const strangers = (known: string[], map: PropertyMap, path: string) =>
    Object.keys(map)
      .filter((key) => !known.includes(key))
      .map((key) => `${path}${key}`);
  const found = [
    ...strangers(inputs, news, ""),
    ...strangers(buildInputs, part(news.build), "build."),
    ...strangers(registryInputs, part(news.registry), "registry."),
  ];
  return found.map((property) => ({
    property,
    reason: "the stand-in for pulumi-resource-docker does not serve this property",
  }));
}

function builderOf(version: Value | undefined): 1 | 2 {
  if (version === undefined || version === null || version === "BuilderBuildKit") return 2;
  if (version === "BuilderV1") return 1;
  throw new Error("invalid Docker Builder version");
}

function knownStrings(map: PropertyMap): Record<string, string> {
  const entries = Object.entries(map).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(entries) as Record<string, string>;
}

/** What is unknown counts as not given. Throws on a builder that does not exist. */
export function parseBuild(value: Value | undefined): BuildInput {
  const build = part(value);
  const context = build.context === UNKNOWN ? "" : text(build.context ?? ".");
  return {
    context,
    dockerfile: text(build.dockerfile ?? posix.join(context, defaultDockerfile)),
    builder: builderOf(build.builderVersion),
    args: knownStrings(part(build.args)),
    target: text(build.target),
    platform: text(build.platform),
    network: text(build.network),
    extraHosts: Array.isArray(build.addHosts) ? build.addHosts.map(text).filter(Boolean) : [],
  };
}

export function parseRegistry(value: Value | undefined): RegistryInput {
  const registry = part(value);
  return {
    server: text(registry.server),
    username: text(registry.username),
    password: text(registry.password),
  };
}

export function parseImage(properties: PropertyMap): ImageInput {
  const plain = reveal(properties) as PropertyMap;
  return {
    imageName: text(plain.imageName),
    skipPush: plain.skipPush === true,
    registry: parseRegistry(plain.registry),
    build: parseBuild(plain.build),
  };
}
