import type { Command } from "../cli/command.ts";
import { app, json } from "../cli/commonFlags.ts";
import { relativeTime } from "../go/humanize.ts";
import { map, slice } from "../go/json.ts";
import { type Invocation, printJson } from "../invocation.ts";
import { MachinesApi } from "../machines/machinesApi.ts";
import { framedTable } from "../output/table.ts";
import { CheckStatus, type Machine } from "../types/machine.ts";

export const checksList: Command = {
  name: "list",
  app: "required",
  flags: [app, { name: "check-name", type: "string" }, json],
  async run(invocation) {
    const machines = await new MachinesApi(invocation.flaps, invocation.appName).listActive();
    if (invocation.settings.jsonOutput) {
      const checks = Object.fromEntries(machines.map((machine) => [machine.id, machine.checks]));
      printJson(invocation, map(slice(CheckStatus)).encode(checks));
    } else printChecks(invocation, machines);
  },
};

function printChecks({ appName, flags, streams }: Invocation, machines: Machine[]): void {
  const wanted = flags.string("check-name");
  const rows = byKey(machines, ({ id }) => id).flatMap((machine) =>
    byKey(machine.checks, ({ name }) => name)
      .filter(({ name }) => wanted === "" || name === wanted)
      .map(({ name, status, updated_at: updatedAt, output }) => {
        return [name, status, machine.id, relativeTime(Date.parse(updatedAt ?? "")), output];
      }),
  );
  streams.out(`Health Checks for ${appName}\n`);
  streams.out(framedTable(rows, ["Name", "Status", "Machine", "Last Updated", "Output"]));
}

const byKey = <T>(items: T[], key: (item: T) => string): T[] =>
  [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
