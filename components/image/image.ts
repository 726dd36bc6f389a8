import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { VerbResource } from "../verbResource.ts";
import { settleModes } from "./contextModes.ts";
import { findDocker } from "./dockerDaemon.ts";

/** The image of a release, and what has to be done before it can be released. */
export interface ReleasedImage {
  /** HOST/NAME@sha256:… */
  digest: pulumi.Input<string>;
  resources: pulumi.Resource[];
}

/** An image that is in a registry already. */
export const prebuiltImage = (digest: string): ReleasedImage => ({ digest, resources: [] });

export interface ImageArgs {
  appName: string;
  buildArgs: Record<string, string>;
}

/**
 * The image, built from docker/ by the local Docker daemon and pushed to Fly.io's registry.
 *
 * Pulumi's provider builds it, a verb pushes it: the provider would want the registry's password as an input, and inputs are kept in
 * the state.
 */
export function builtImage(name: string, args: ImageArgs, opts: pulumi.CustomResourceOptions): ReleasedImage {
  warnOfModes(settleModes(context));
  const imageName = `${registryHost()}/${args.appName}:latest`;
  const image = new docker.Image(
    name,
    {
      imageName,
      build: {
        context,
        // Fly.io's machines, whatever the laptop is.
        platform: "linux/amd64",
        args: args.buildArgs,
      },
      skipPush: true,
    },
    { ...opts, provider: dockerProvider(`${name}-docker`, opts), retainOnDelete: true },
  );
  // Without a push the provider's "digest" is the local image's id: what tells whether there is something new to push.
  const pushed = new VerbResource(
    `${name}-push`,
    "fly/image",
    { environment: { APP: args.appName, IMAGE_NAME: imageName, IMAGE_ID: image.repoDigest } },
    opts,
  );
  return { digest: pushed.output("image"), resources: [pushed] };
}

/** Relative to the project, since a stack is used from more than one machine. */
const context = "docker";

function warnOfModes([first, ...others]: string[]): void {
  if (first === undefined) return;
  const and = others.length === 0 ? "" : ` and ${others.length} more`;
  pulumi.log.warn(
    `${first}${and}: the file mode cannot be set and is part of the image, so that an update from another machine builds another image. Work in a checkout of your own; on Windows, on WSL's own disk.`,
  );
}

/** Fly.io's registry, or the one that flyctl is told to use. */
const registryHost = () => process.env.FLY_REGISTRY_HOST || "registry.fly.io";

/**
 * The provider needs a daemon as soon as it is configured, even for a preview. If no daemon answers, a preview leaves the provider's
 * configuration unknown. Pulumi then says that it cannot tell what will happen to the image, and continues.
 */
function dockerProvider(name: string, opts: pulumi.ResourceOptions) {
  const blind = pulumi.runtime.isDryRun() && findDocker() !== "answers";
  const unknown = { host: pulumi.output(pulumi.unknown as unknown as string) };
  return withoutDockerHost(() => new docker.Provider(name, blind ? unknown : {}, opts));
}

/**
 * Keeps DOCKER_HOST out of the state. Pulumi's SDK makes it an input of the provider, and from there it would send the next machine to this
 * one's daemon. The provider finds it in its own environment anyway, which is the engine's.
 */
function withoutDockerHost<T>(make: () => T): T {
  const { DOCKER_HOST } = process.env;
  delete process.env.DOCKER_HOST;
  try {
    return make();
  } finally {
    if (DOCKER_HOST !== undefined) process.env.DOCKER_HOST = DOCKER_HOST;
  }
}
