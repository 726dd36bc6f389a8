import { FlyError } from "../errors.ts";
import type { Deployment } from "./deployment.ts";

/** Refuses a deploy whose mounts the machine and the volumes there are cannot satisfy. */
export function checkVolumes({ config, freeVolumes, machine }: Deployment): void {
  // Whether a machine keeps its volume is looked at when it is updated.
  if (machine) return;
  for (const { source } of config.mounts) {
    if (freeVolumes.some(({ name }) => name === source)) continue;
    throw new FlyError(
      `creating a new machine in group 'app' requires an unattached '${source}' volume. ` +
        `Create it with \`fly volume create ${source}\``,
    );
  }
}
