import type { Command } from "../cli/command.ts";
import { machineExec } from "./machineExec.ts";
import { machineList } from "./machineList.ts";
import { machineRestart } from "./machineRestart.ts";
import { machineStart } from "./machineStart.ts";
import { machineStop } from "./machineStop.ts";
import { machineUpdate } from "./machineUpdate.ts";

export const machine: Command = {
  name: "machine",
  aliases: ["machines", "m"],
  short: "Manage Fly Machines.",
  long:
    "Manage Fly Machines. Fly Machines are super-fast, lightweight VMs that can be created, and then quickly started " +
    "and stopped as needed with flyctl commands or with the Machines REST fly.",
  commands: [machineExec, machineList, machineRestart, machineStart, machineStop, machineUpdate],
  notEmulated: {
    "api-proxy": "Establish a proxy to the Machine API through a Wireguard tunnel for local connections",
    clone: "Clone a Fly Machine",
    cordon: "Deactivate all services on a machine",
    create: "Create, but don't start, a machine",
    destroy: "Destroy Fly machines",
    kill: "Kill (SIGKILL) a Fly machine",
    leases: "Manage machine leases",
    place: "Simulate Machine placements",
    run: "Run a machine",
    status: "Show current status of a running machine",
    suspend: "Suspend one or more Fly machines",
    uncordon: "Reactivate all services on a machine",
    wait: "Wait for a machine to reach a state",
  },
};
