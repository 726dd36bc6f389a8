import { requireOrganization } from "../api/account.ts";
import { type FlyError, Interrupted, messageOf, NotEmulated, prefixed } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import type { FlapsApp } from "../types/flapsApp.ts";
import type { DeployImage } from "./deployment.ts";
import { resolveImage } from "./resolveImage.ts";

/** Finds the image to deploy. Building one is not emulated. */
export async function findImage(
  invocation: Invocation,
  app: FlapsApp,
  appName: string,
): Promise<DeployImage> {
  const attempt = async () => {
    invocation.streams.error("==> Building image\n");
    await requireOrganization(invocation, app.organization.slug);
    const reference = invocation.flags.string("image");
    if (!reference) throw new NotEmulated("building an image from source (deploy without --image)");
    return resolveImage(invocation, appName, reference);
  };
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof Interrupted || error instanceof NotEmulated) throw error;
    if (!invocation.flags.bool("wg") && !messageOf(error).includes("Could not find App"))
      throw failure(error);
  }
  try {
    // flyctl tries its other way to a builder, although no builder is involved.
    return await attempt();
  } catch (error) {
    throw failure(error);
  }
}

const failure = (error: unknown): FlyError =>
  prefixed("failed to fetch an image or build from source: ", error);
