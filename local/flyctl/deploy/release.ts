import { FlyError, Interrupted } from "../errors.ts";
import { Config } from "../flyToml/schema.ts";
import { struct } from "../go/json.ts";
import { version } from "../version.ts";
import type { Deployment } from "./deployment.ts";
import { ReleaseRef } from "./releaseRef.ts";

const CreatedRelease = struct("", { release: ReleaseRef });
const attempts = 3;
const firstPause = 500;

export async function createRelease(deployment: Deployment): Promise<ReleaseRef> {
  const { invocation, app, config, image } = deployment;
  const answer = await invocation.uiex.call("failed to create release", "POST", "/releases", {
    acceptsCreated: true,
    body: {
      app_name: app.name,
      build_id: image.buildId,
      definition: Config.encode(config),
      image: image.ref,
      strategy: "ROLLING",
    },
  });
  return CreatedRelease.decode(answer).release;
}

type ReleaseStatus = "running" | "complete" | "failed" | "interrupted";

/** Tells Fly the status of the release. Tries three times unless the request itself is wrong. */
export async function updateRelease(
  deployment: Deployment,
  status: ReleaseStatus,
  error?: string,
): Promise<void> {
  const { invocation, release } = deployment;
  const metadata = error === undefined ? null : { post_deployment_info: { flyctl_version: version, error } };
  const path = `/releases/${release.id}`;
  const body = { metadata, status };
  for (let attempt = 1; ; attempt++) {
    try {
      const options = { body, ...(status === "interrupted" ? { afterInterrupt: true } : {}) };
      await invocation.uiex.call("failed to update release", "PATCH", path, options);
      return;
    } catch (failure) {
      const answered = failure instanceof FlyError ? failure.details.status : undefined;
      const isFinal = failure instanceof Interrupted || (answered !== undefined && answered < 500);
      if (isFinal || attempt === attempts) throw failure;
      await invocation.http.pause(firstPause * 2 ** (attempt - 1));
    }
  }
}
