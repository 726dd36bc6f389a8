/** A start of a machine: until it is healthy, open in the tailnet, and has an invitation. */
import { type Address, publicUrl } from "../environment.ts";
import type { Side } from "../figures.ts";
import { reaches } from "../reach.ts";
import type { FlyMachine } from "./flyMachine.ts";
import { isHealthy } from "./healthCheck.ts";
import { invitation } from "./invitation.ts";
import { limits } from "./limits.ts";
import { type Stage, stage } from "./stage.ts";

/** All from the machine's start; undefined if it did not happen within the limit. */
export interface Boot {
  /** Until the first successful health check. */
  healthy: Stage | undefined;
  /** Until the first page that another device gets from https://NAME.TAILNET. */
  https: Stage | undefined;
}

export async function boot(machine: FlyMachine, address: Address): Promise<Boot> {
  const way = await address.bench.laptop.dispatcher();
  try {
    const [healthy, https] = await Promise.all([
      stage(machine, () => isHealthy(machine), limits.boot),
      stage(machine, reaches(address, way, `${publicUrl(address)}/api/health`), limits.boot),
    ]);
    return { healthy, https };
  } finally {
    await way.destroy();
  }
}

/**
 * The link of the invitation, and how long after its start the machine gave it.
 *
 * @param limitSeconds since the machine's start
 */
export async function firstInvitation(
  side: Side,
  machine: FlyMachine,
  limitSeconds = limits.boot,
): Promise<{ link: string; stage: Stage } | undefined> {
  let link: string | undefined;
  const isThere = async () => {
    link = await invitation(side, machine);
    return link !== undefined;
  };
  const given = await stage(machine, isThere, limitSeconds);
  return link !== undefined && given ? { link, stage: given } : undefined;
}
