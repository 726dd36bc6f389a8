import { messageOf } from "../errors.ts";
import type { FlyToml } from "../flyToml/flyToml.ts";
import type { Invocation } from "../invocation.ts";
import type { FlapsApp } from "../types/flapsApp.ts";
import { version } from "../version.ts";

interface DeployFacts {
  app: FlapsApp;
  flyToml: FlyToml;
  image: string;
  traceId: string;
}

/** Reports with the command's metrics how its deploy went. */
export async function measured<T>(
  { flags, metrics }: Invocation,
  { app, flyToml: { config }, image, traceId }: DeployFacts,
  deploy: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  metrics.record("deploy/started");
  metrics.record("deploy_machines/started");
  const finish = (error: string) => {
    metrics.record("deploy/status", {
      traceId,
      error,
      duration: Math.round((performance.now() - started) * 1e6),
      app: app.name,
      org: app.organization.slug,
      primary_region: flags.string("primary-region") || config.primary_region,
      image,
      strategy: flags.string("strategy") || config.deploy?.strategy || "",
      flyctlVersion: version,
      operator: "unknown",
    });
    metrics.record("deploy_machines/status", { success: error === "" });
  };
  try {
    const result = await deploy();
    finish("");
    return result;
  } catch (error) {
    finish(messageOf(error));
    throw error;
  }
}
