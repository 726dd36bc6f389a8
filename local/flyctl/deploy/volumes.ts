import { FlyError, yesRequired } from "../errors.ts";
import { flatten } from "../flyToml/processGroups.ts";
import type { Config } from "../flyToml/schema.ts";
import { configOf, processGroup } from "../machines/kinds.ts";
import type { Machine } from "../types/machine.ts";
import type { Volume } from "../types/volume.ts";
import { type Deployment, deployedGroups } from "./deployment.ts";

/** Takes a free volume of that name in that region. */
export function takeVolume({ freeVolumes }: Deployment, name: string, region: string): Volume | undefined {
  const volumes = freeVolumes.get(name) ?? [];
  const index = volumes.findIndex((volume) => region === "" || volume.region === region);
  return index < 0 ? undefined : volumes.splice(index, 1)[0];
}

/** Refuses a deploy whose [[mounts]] the machines and volumes there are cannot satisfy. */
export function checkVolumes(deployment: Deployment): void {
  for (const group of deployedGroups(deployment)) {
    const config = flatten(deployment.config, group);
    const machines = deployment.machines
      .map(({ machine }) => machine)
      .filter((machine) => processGroup(machine) === group);
    if (machines.length > 0) checkGroup(deployment, group, config, machines);
    else checkFreeVolumes(deployment, group, config);
  }
}

function checkFreeVolumes({ freeVolumes }: Deployment, group: string, { mounts }: Config): void {
  for (const { source } of mounts) {
    if ((freeVolumes.get(source) ?? []).length > 0) continue;
    throw new FlyError(
      `creating a new machine in group '${group}' requires an unattached '${source}' volume. ` +
        `Create it with \`fly volume create ${source}\``,
    );
  }
}

function checkGroup(deployment: Deployment, group: string, { mounts }: Config, machines: Machine[]): void {
  const wanted = mounts[0];
  const needed: string[] = [];
  for (const machine of machines) {
    const mounted = configOf(machine)?.mounts[0];
    if (!wanted?.destination && mounted) refuseDetaching(deployment, machine, group);
    if (wanted?.destination && !mounted) needed.push(machine.region);
    if (wanted?.source && mounted?.name && wanted.source !== mounted.name) {
      throw new FlyError(
        `machine ${machine.id} [${group}] can't update the attached volume ${wanted.source} ` +
          `with name '${mounted.volume}' by '${mounted.name}'`,
      );
    }
  }
  if (wanted) checkEnoughVolumes(deployment, group, wanted.source, needed);
}

// flyctl asks whether to go on here, and takes no flag for an answer.
function refuseDetaching({ invocation }: Deployment, machine: Machine, group: string): never {
  invocation.streams.error(
    `Warning! machine ${machine.id} [${group}] has a volume mounted but app config does not specify a volume.\n` +
      "This usually indicates a misconfiguration.\n",
  );
  throw yesRequired();
}

function checkEnoughVolumes(
  { freeVolumes }: Deployment,
  group: string,
  name: string,
  regions: string[],
): void {
  const free = freeVolumes.get(name) ?? [];
  const missing = [...new Set(regions)].flatMap((region) => {
    const lacking =
      regions.filter((needed) => needed === region).length -
      free.filter((volume) => volume.region === region).length;
    return lacking > 0 ? [`${region}=${lacking}`] : [];
  });
  if (missing.length === 0) return;
  throw new FlyError(
    `Process group '${group}' needs volumes with name '${name}' to fulfill mounts defined in fly.toml; ` +
      `Run \`fly volume create ${name} -r REGION -n COUNT\` for the following regions and counts: ${missing.join(" ")}`,
  );
}
