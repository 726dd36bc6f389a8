import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { requireOrganization } from "../api/account.ts";
import { FlyError, Interrupted, messageOf, NotEmulated, prefixed } from "../errors.ts";
import type { FlyToml } from "../flyToml/flyToml.ts";
import { imageSources } from "../flyToml/validate.ts";
import type { Invocation } from "../invocation.ts";
import type { FlapsApp } from "../types/flapsApp.ts";
import type { DeployImage } from "./deployment.ts";
import { resolveImage } from "./resolveImage.ts";

/** The image to deploy: `--image`, or `image` in fly.toml's [build]. Building one is not emulated. */
export async function findImage(
  invocation: Invocation,
  app: FlapsApp,
  flyToml: FlyToml,
): Promise<DeployImage> {
  const { flags } = invocation;
  try {
    return await attempt(invocation, app, flyToml);
  } catch (error) {
    if (error instanceof Interrupted || error instanceof NotEmulated) throw error;
    const hasOtherWay = flags.bool("wg") && flags.bool("https-failover");
    if (!hasOtherWay && !messageOf(error).includes("Could not find App")) throw failure(error);
  }
  try {
    // The other way to a builder is tried although no builder is involved.
    return await attempt(invocation, app, flyToml);
  } catch (error) {
    throw failure(error);
  }
}

const failure = (error: unknown): FlyError =>
  prefixed("failed to fetch an image or build from source: ", error);

async function attempt(invocation: Invocation, app: FlapsApp, flyToml: FlyToml): Promise<DeployImage> {
  const { environment, flags, log, streams, tracer } = invocation;
  const builder = builderType(invocation);
  streams.error("==> Building image\n");
  const ignored = ignoredDockerfile(flyToml);
  if (ignored) log.terminalWarn(ignored);
  await requireOrganization(invocation, app.organization.slug);
  const reference = flags.string("image") || flyToml.config.build?.image;
  if (!reference) throw new NotEmulated("building an image from source (deploy without --image)");
  const { app: appName } = flyToml.config;
  try {
    return await tracer.span("resolve_reference", () =>
      resolveImage(invocation, appName, reference, builder),
    );
  } catch (error) {
    if (error instanceof Interrupted || !environment.nonEmpty("DEPLOY_TRIGGER", "")) throw error;
    return { ref: reference, buildId: 0, builderId: "" };
  }
}

/** Which builder flyctl would use; it is reported even if there is nothing to build. */
function builderType({ environment, flags }: Invocation): string {
  const depot = flags.string("depot");
  if (!["", "true", "false", "auto"].includes(depot)) {
    throw new FlyError("invalid value for the 'depot' flag. must be 'true', 'false', or ''");
  }
  if (depot !== "false") return "depot.dev";
  if (environment.isCi && !flags.bool("remote-only")) {
    throw new NotEmulated("the local Docker daemon (--depot=false where CI is set)");
  }
  return "remote";
}

/** fly.toml's Dockerfile goes before one in the working directory, if they are not the same. */
function ignoredDockerfile({ config, path }: FlyToml): string | undefined {
  const dockerfile = config.build?.dockerfile;
  if (!dockerfile || imageSources(config).length === 0) return undefined;
  const found = ["Dockerfile", "dockerfile"].map((name) => resolve(name)).find((file) => existsSync(file));
  const configured = resolve(dirname(path), dockerfile);
  if (!found || found === configured) return undefined;
  return `ignoring ${found}, and using ${configured} (from ${path})`;
}
