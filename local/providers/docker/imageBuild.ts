// Builds an image through the Docker Engine API.
import type Docker from "dockerode";
import type { Context } from "../provider.ts";
import { packContext } from "./contextTar.ts";
import { daemonError } from "./daemon.ts";
import type { ImageInput } from "./imageInputs.ts";

/** What the daemon says while it builds. BuildKit's messages arrive decoded, as lines of `stream`. */
interface Progress {
  stream?: string;
  status?: string;
  progress?: string;
  errorDetail?: { message?: string };
}

/** dockerode has this, its types do not. */
interface Follower {
  followProgress(
    stream: NodeJS.ReadableStream,
    finished: (error: Error | null, all: Progress[]) => void,
    onProgress: (message: Progress) => void,
  ): void;
}

const textOf = ({ stream, status = "", progress = "" }: Progress) =>
  (stream ?? `${status} ${progress}`).trim();

/** @throws with the daemon's reason when the build fails, which the daemon says inside a successful answer */
function follow(docker: Docker, stream: NodeJS.ReadableStream, log: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    (docker as unknown as Follower).followProgress(
      stream,
      (error, all) => {
        const reason = error?.message ?? all.find(({ errorDetail }) => errorDetail)?.errorDetail?.message;
        if (reason === undefined) resolve();
        else reject(new Error(`error reading build output: ${reason}`));
      },
      (message) => {
        const text = textOf(message);
        if (text !== "") log(text);
      },
    );
  });
}

/**
 * Base images are pulled without credentials.
 *
 * @param docker connected
 * @returns the id of the image in the daemon's store
 */
export async function buildImage(docker: Docker, image: ImageInput, context: Context): Promise<string> {
  let logged = Promise.resolve();
  const log = (text: string) => {
    logged = logged.then(() => context.log("info", text, { ephemeral: true }));
  };
  log("Starting Docker build");
  const options = {
    t: image.imageName,
    version: "2" as const,
    platform: image.platform,
    ...(Object.keys(image.args).length > 0 ? { buildargs: image.args } : {}),
  };
  const stream = await docker.buildImage(packContext(image.context), options).catch((error) => {
    throw new Error(`error building image: ${daemonError(error)}`);
  });
  await follow(docker, stream, log);
  const { Id } = await docker.getImage(image.imageName).inspect();
  log(`Image built successfully, local id "${Id}"`);
  await logged;
  return Id;
}
