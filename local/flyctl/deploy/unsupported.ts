import { NotEmulated } from "../errors.ts";
import { allServices } from "../flyToml/services.ts";
import type { Deployment } from "./deployment.ts";

/** Refuses what the stand-in does not do, before anything is made or changed. */
export function refuseUnsupported({ config, machines, options, strategy }: Deployment): void {
  const uploads = config.statics.some(({ guest_path: path }) => !path.startsWith("/"));
  if (uploads && !options.restartOnly) {
    throw new NotEmulated("[[statics]] with a relative guest_path (uploads to a bucket)");
  }
  if (machines.length === 0) return;
  if (strategy === "bluegreen") throw new NotEmulated("the bluegreen strategy");
  if (strategy === "canary" && !options.restartOnly) {
    throw new NotEmulated("the canary strategy for an app that has machines");
  }
  if (allServices(config).some(({ machine_checks: checks }) => checks.length > 0)) {
    throw new NotEmulated("a machine check ([[…machine_checks]])");
  }
}
