// Builds an image through the Docker Engine API, and pushes it.
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import type { Context } from "../provider.ts";
import { packContext } from "./contextTar.ts";
import { type AuthConfig, ambientCredentials, pushCredentials } from "./credentials.ts";
import { daemonError } from "./daemon.ts";
import { followStream } from "./daemonStream.ts";
import type { BuildInput, ImageInput } from "./imageInputs.ts";
import { familiarName, parseReference, pinned } from "./reference.ts";
import { openSession } from "./session.ts";

export interface BuiltImage {
  /** Relative to the context. */
  dockerfile: string;
  /** `registry/path@sha256:…` when pushed, else the id of the local image. */
  repoDigest: string;
}

type Log = (text: string) => Promise<void>;

function buildOptions(
  name: string,
  build: BuildInput,
  dockerfile: string,
  session: string | undefined,
): Record<string, unknown> {
  const options: Record<string, unknown> = { t: name, dockerfile, version: String(build.builder) };
  if (session) options.session = session;
  if (Object.keys(build.args).length > 0) options.buildargs = build.args;
  if (build.platform) options.platform = build.platform;
  if (build.target) options.target = build.target;
  if (build.network) options.networkmode = build.network;
  if (build.extraHosts.length > 0) options.extrahosts = build.extraHosts.join(",");
  return options;
}

/** Not docker.buildImage: its own BuildKit session would hand one registry's credentials to every registry. */
function startBuild(docker: Docker, tar: Readable, options: object, auth: AuthConfig): Promise<Readable> {
  const registryconfig = auth.serveraddress ? { [auth.serveraddress]: auth } : {};
  const statusCodes = { 200: true, 500: "server error" };
  const request = {
    path: "/build?",
    method: "POST",
    file: tar,
    options,
    registryconfig,
    isStream: true,
    statusCodes,
  };
  return new Promise((resolve, reject) =>
    docker.modem.dial(request, (error, stream) =>
      error ? reject(new Error(`error building image: ${daemonError(error)}`)) : resolve(stream as Readable),
    ),
  );
}

const field = (aux: unknown, name: string) => {
  const value = (aux as Record<string, unknown>)[name];
  return typeof value === "string" ? value : undefined;
};

/** @returns the id of the image in the daemon's store */
async function build(
  docker: Docker,
  image: ImageInput,
  auth: AuthConfig,
  tar: Readable,
  dockerfile: string,
  log: Log,
) {
  const credentialsFor = async (server: string) =>
    server === auth.serveraddress ? auth : ambientCredentials(server, process.env);
  const session = image.build.builder === 2 ? await openSession(docker, credentialsFor) : undefined;
  try {
    await log("Starting Docker build");
    const options = buildOptions(image.imageName, image.build, dockerfile, session?.id);
    let imageId = "";
    const stream = await startBuild(docker, tar, options, auth);
    await followStream(stream, log, (aux) => {
      imageId = field(aux, "ID") ?? imageId;
      return field(aux, "ID") && `Built image with ID ${imageId}`;
    }).catch((error) => {
      throw new Error(`error reading build output: ${error.message}`);
    });
    if (imageId === "") throw new Error("no image id found in build output");
    await log(`Image built successfully, local id "${imageId}"`);
    return imageId;
  } finally {
    session?.close();
  }
}

async function push(
  docker: Docker,
  imageName: string,
  auth: AuthConfig,
  log: Log,
): Promise<string | undefined> {
  const reference = parseReference(imageName);
  await log("Pushing Image to the registry");
  const options = { tag: reference.tag ?? "latest", authconfig: auth as Docker.AuthConfig };
  const stream = await docker
    .getImage(familiarName(reference))
    .push(options)
    .catch((error: unknown) => {
      throw new Error(daemonError(error));
    });
  let digest: string | undefined;
  await followStream(stream as Readable, log, (aux) => {
    digest = field(aux, "Digest") ?? digest;
    return field(aux, "Digest") && `Pushed image with digest ${digest}`;
  }).catch((error) => {
    throw new Error(`error reading push output: ${error.message}`);
  });
  return digest && pinned(reference, digest);
}

async function localId(docker: Docker, imageName: string): Promise<string> {
  const { Id } = await docker.getImage(imageName).inspect();
  return Id;
}

/** @param docker connected */
export async function buildAndPush(
  docker: Docker,
  image: ImageInput,
  preview: boolean,
  context: Context,
): Promise<BuiltImage> {
  const log: Log = (text) => context.log("info", text, { ephemeral: true });
  const { tar, relativeDockerfile, dockerfileInTar } = packContext(
    image.build.context,
    image.build.dockerfile,
  );
  let auth: AuthConfig = {};
  if (!image.skipPush) {
    const credentials = await pushCredentials(image.registry, image.imageName, process.env);
    auth = credentials.auth;
    if (credentials.warning) await context.log("warning", credentials.warning);
  }
  await build(docker, image, auth, tar, dockerfileInTar, log);
  if (image.skipPush || preview)
    return { dockerfile: relativeDockerfile, repoDigest: await localId(docker, image.imageName) };
  const repoDigest = await push(docker, image.imageName, auth, log);
  if (!repoDigest) throw new Error(`the daemon pushed ${image.imageName} without telling its digest`);
  return { dockerfile: relativeDockerfile, repoDigest };
}
