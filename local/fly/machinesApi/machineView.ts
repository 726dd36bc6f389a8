import { parseImageReference } from "../imageReference.ts";
import type { MachineRunner } from "../machines/runner.ts";
import type { Platform } from "../platform.ts";
import { eventsOfMachine, type Machine } from "../store/machines.ts";

/** A machine in the form that the Machines API answers. */
export function machineView(
  { database }: Pick<Platform, "database">,
  runner: MachineRunner,
  machine: Machine,
) {
  const reference = parseImageReference(machine.config.image);
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    image_ref: {
      registry: reference?.registry ?? "",
      repository: reference?.repository ?? "",
      tag: reference?.tag ?? "",
      digest: machine.imageRef.slice(machine.imageRef.indexOf("@") + 1),
      labels: machine.imageLabels,
    },
    instance_id: machine.instanceId,
    private_ip: machine.privateIp,
    created_at: machine.createdAt,
    updated_at: machine.updatedAt,
    config: machine.config,
    events: eventsOfMachine(database, machine.id),
    checks: (runner.find(machine.id)?.checks.statuses() ?? []).map(({ name, status, output, updatedAt }) => ({
      name,
      status,
      output,
      updated_at: updatedAt,
    })),
    host_status: machine.hostStatus,
    cordoned: false,
  };
}
