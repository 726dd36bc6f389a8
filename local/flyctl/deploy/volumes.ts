import { FlyError } from "../errors.ts";
import type { Deployment } from "./deployment.ts";

/** Refuses a deploy if neither the machine nor the existing volumes provide what its mounts need. */
export function checkVolumes({ config, freeVolumes, machine }: Deployment): void {
  // The update of the machine checks that it keeps its volume.
  if (machine) return;
  for (const { source } of config.mounts) {
    if (freeVolumes.some(({ name }) => name === source)) continue;
    throw new FlyError(
      `creating a new machine in group 'app' requires an unattached '${source}' volume. ` +
        `Create it with \`fly volume create ${source}\``,
    );
  }
}
