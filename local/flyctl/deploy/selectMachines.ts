import { defaultProcessName } from "../flyToml/processGroups.ts";
import { processGroup } from "../machines/kinds.ts";
import { yellow } from "../output/streams.ts";
import type { Machine } from "../types/machine.ts";
import { version } from "../version.ts";
import { type Deployment, leased } from "./deployment.ts";

/** Finds the machines to deploy to: those that deploys manage, less what the flags filter out. */
export async function selectMachines(deployment: Deployment): Promise<void> {
  const { api, invocation } = deployment;
  const { machines: all, releaseCommand } = await api.listManaged();
  if (all.length === 0 && (await api.listActive()).length > 0) {
    invocation.streams.error(
      `${yellow("[WARNING]")} Your app doesn't have any Fly Launch machines, so we'll create one now. ` +
        "Learn more at \nhttps://fly.io/docs/launch/\n\n",
    );
    deployment.isFirst = true;
  }
  const machines = all.filter((machine) => isWanted(deployment, machine));
  tellFilters(deployment, machines.length, all.length);
  deployment.machines = machines.map((machine) => leased(deployment, withVersion(deployment, machine)));
  deployment.releaseCommandMachine = releaseCommand && leased(deployment, releaseCommand);
}

function isWanted({ options }: Deployment, machine: Machine): boolean {
  const only = (list: string[], value: string) => list.length === 0 || list.includes(value);
  return (
    only(options.regions, machine.region) &&
    !options.excludeRegions.includes(machine.region) &&
    only(options.onlyMachines, machine.id) &&
    !options.excludeMachines.includes(machine.id) &&
    only(options.processGroups, processGroup(machine))
  );
}

function tellFilters({ options, invocation }: Deployment, count: number, total: number): void {
  const filters = Object.entries({
    "--regions": options.regions,
    "--exclude-regions": options.excludeRegions,
    "--only-machines": options.onlyMachines,
    "--exclude-machines": options.excludeMachines,
    "--process-groups": options.processGroups,
  }).flatMap(([flag, list]) => (list.length > 0 && total > 0 ? [flag] : []));
  if (filters.length === 0) return;
  const plural = filters.length > 1 ? "s" : "";
  invocation.streams.error(
    `${filters.join("/")} filter${plural} applied, deploying to ${count}/${total} machines\n`,
  );
}

function withVersion({ config, image }: Deployment, machine: Machine): Machine {
  if (!machine.config || Object.keys(machine.config.metadata).length === 0) return machine;
  const metadata = {
    ...machine.config.metadata,
    fly_flyctl_version: version,
    fly_process_group: machine.config.metadata.fly_process_group || defaultProcessName(config),
    ...(image.builderId ? { fly_builder_id: image.builderId } : {}),
  };
  return { ...machine, config: { ...machine.config, metadata } };
}
