import { document } from "../api/graphql.ts";
import { FlyError, Interrupted, messageOf } from "../errors.ts";
import { any, type Infer, isObject, pointer, string, struct } from "../go/json.ts";
import type { Invocation } from "../invocation.ts";
import type { DeployImage } from "./deployment.ts";

const query = document`
  query ($appName: String!, $imageRef: String!) {
    app(name: $appName) { id image(ref: $imageRef) { id digest ref compressedSize: compressedSizeFull manifest } }
  }`;

const RemoteImage = struct("fly.Image", {
  id: string,
  digest: string,
  ref: string,
  compressedSize: string,
  manifest: any,
});
const strategies = ["Local Image Reference", "Remote Image Reference"];
const loggedBytes = 4096;

/**
 * Finds an image by its reference. Fly records the search as a build.
 * @returns the reference for the machines, which is the server's and not the requested one
 */
export async function resolveImage(
  invocation: Invocation,
  appName: string,
  reference: string,
): Promise<DeployImage> {
  const build = new BuildReport(invocation, appName);
  await build.start();
  build.attempt(strategies[0] ?? "", "failed", { note: "local docker daemon not available, skipping" });
  invocation.streams.error(`Searching for image '${reference}' remotely...\n`);
  try {
    const found = await search(invocation, appName, reference);
    if (!found) return await notFound(build, reference);
    invocation.streams.error(`image found: ${found.id}\n`);
    const size = parseBytes(found.compressedSize);
    build.attempt(strategies[1] ?? "", "success");
    const buildId = await build.finish("completed", { id: found.id, tag: found.ref, size_bytes: size });
    return { ref: found.ref, buildId };
  } catch (error) {
    if (error instanceof Interrupted || error instanceof NoImage) throw error;
    build.attempt(strategies[1] ?? "", "failed", { error: messageOf(error) });
    await build.finish("failed", undefined, messageOf(error));
    throw error;
  }
}

class NoImage extends FlyError {}

async function notFound(build: BuildReport, reference: string): Promise<never> {
  build.attempt(strategies[1] ?? "", "failed", { note: "no image found and no error occurred" });
  await build.finish("failed", undefined, "no strategies resulted in an image");
  throw new NoImage(`could not find image ${JSON.stringify(reference)}`);
}

function search(
  { graphql }: Invocation,
  appName: string,
  imageRef: string,
): Promise<Infer<typeof RemoteImage> | null> {
  return graphql.run(query, "app.image", pointer(RemoteImage), { appName, imageRef });
}

function parseBytes(size: string): number {
  if (/^\d+$/.test(size)) return Number(size);
  throw new FlyError(`strconv.ParseUint: parsing ${JSON.stringify(size)}: invalid syntax`);
}

/** Tells Fly that a build has begun and how it ended. If reporting the begin fails, the end is not reported either. */
class BuildReport {
  readonly #invocation: Invocation;
  readonly #appName: string;
  readonly #attempts: Record<string, string>[] = [];
  readonly #started = performance.now();
  #id: number | undefined;

  constructor(invocation: Invocation, appName: string) {
    this.#invocation = invocation;
    this.#appName = appName;
  }

  async start(): Promise<void> {
    const body = { app_name: this.#appName, builder_type: "depot.dev", strategies_available: strategies };
    try {
      this.#id = idOf(await this.#invocation.uiex.call(buildFailure, "POST", "/builds", { body }));
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      this.#invocation.log.terminalWarn(`failed to create build in graphql: ${messageOf(error)}\n`);
    }
  }

  attempt(strategy: string, result: string, { note = "", error = "" } = {}): void {
    this.#attempts.push({
      error: error.slice(-loggedBytes),
      note: note.slice(-loggedBytes),
      result,
      strategy,
    });
  }

  /** @returns the build's id; 0 if Fly does not know the build */
  async finish(status: string, image = { id: "", tag: "", size_bytes: 0 }, logs = ""): Promise<number> {
    if (this.#id === undefined) return 0;
    const took = Math.round(performance.now() - this.#started);
    const body = {
      build_id: this.#id,
      app_name: this.#appName,
      machine_id: "",
      status,
      strategies_attempted: this.#attempts,
      builder_meta: noBuilder,
      final_image: { id: image.id, size_bytes: image.size_bytes, tag: image.tag },
      timings: { ...noTimings, build_and_push_ms: took, build_ms: took },
      logs: logs.slice(-loggedBytes),
    };
    try {
      return idOf(await this.#invocation.uiex.call(buildFailure, "POST", "/builds/finish", { body }));
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      this.#invocation.log.terminalWarn(`failed to finish build in graphql: ${messageOf(error)}\n`);
      return 0;
    }
  }
}

const buildFailure = "ensure depot builder failed, please try again";
const noBuilder = {
  builder_type: "",
  buildkit_enabled: false,
  docker_version: "",
  platform: "",
  remote_app_name: "",
  remote_machine_id: "",
};
const noTimings = {
  build_and_push_ms: -1,
  build_ms: -1,
  builder_init_ms: -1,
  context_build_ms: -1,
  image_build_ms: -1,
  push_ms: -1,
};

const idOf = (answer: unknown): number => (isObject(answer) ? Number(answer.id ?? 0) : 0);
