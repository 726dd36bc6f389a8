import type { Command } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { slice } from "../go/json.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { imageWithVersion, processGroup } from "../machines/kinds.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { table } from "../output/table.ts";
import { sizeName } from "../types/guest.ts";
import { Machine } from "../types/machine.ts";

const headers = [
  "ID",
  "Name",
  "State",
  "Checks",
  "Region",
  "Role",
  "Image",
  "IP Address",
  "Volume",
  "Created",
  "Last Updated",
  "Process Group",
  "Size",
];

export const machineList: Command = {
  name: "list",
  app: "required",
  arguments: "none",
  flags: [app, json],
  async run(invocation) {
    const machines = await new MachinesApi(invocation.flaps, invocation.appName).list();
    if (invocation.settings.jsonOutput) printJson(invocation, slice(Machine).encode(machines));
    else printMachines(invocation, machines);
  },
};

function printMachines({ appName, streams }: Invocation, machines: Machine[]): void {
  if (machines.length === 0) {
    streams.out(`No machines are available on this app ${appName}\n`);
    return;
  }
  streams.out(
    `${machines.length} machines have been retrieved from app ${appName}.\n` +
      // On a terminal flyctl would turn this into a link.
      `View them in the UI here (\u200bhttps://fly.io/apps/${appName}/machines/)\n\n`,
  );
  streams.out(table(machines.map(row), headers, appName));
  if (machines.some(isUnreachable)) streams.out("* These Machines' hosts could not be reached.\n");
}

const isUnreachable = ({ host_status: status }: Machine): boolean => status !== "ok";

function row(machine: Machine): string[] {
  const { config, checks } = machine;
  const passing = checks.filter(({ status }) => status === "passing").length;
  const known = (text: string) => (isUnreachable(machine) ? "" : text);
  return [
    machine.id + (isUnreachable(machine) ? "*" : ""),
    machine.name,
    machine.state,
    known(checks.length > 0 ? `${passing}/${checks.length}` : ""),
    machine.region,
    checks.findLast(({ name }) => name === "role")?.output ?? "",
    known(imageWithVersion(machine)),
    known(machine.private_ip),
    config?.mounts[0]?.volume ?? "",
    known(machine.created_at),
    known(machine.updated_at),
    config ? processGroup(machine) : "",
    config?.guest ? `${sizeName(config.guest)}:${config.guest.memory_mb}MB` : "",
  ];
}
