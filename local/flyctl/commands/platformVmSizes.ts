import type { Command } from "../cli/command.ts";
import { json } from "../cli/commonFlags.ts";
import { mapValues, sortedEntries } from "../go/json.ts";
import { printJson } from "../invocation.ts";
import { table } from "../output/table.ts";
import { Guest, presets } from "../types/guest.ts";

const headers = ["Name", "CPU Cores", "Memory"];

export const platformVmSizes: Command = {
  name: "vm-sizes",
  flags: [json],
  arguments: "none",
  async run(invocation) {
    if (invocation.settings.jsonOutput) {
      printJson(invocation, mapValues(Object.fromEntries(sortedEntries(presets)), Guest.encode));
      return;
    }
    invocation.streams.out(table(rowsOf("shared"), headers, "Machines platform"));
    invocation.streams.out(table(rowsOf("performance"), headers));
  },
};

function rowsOf(kind: string): string[][] {
  return Object.entries(presets)
    .filter(([, { cpu_kind }]) => cpu_kind === kind)
    .map(([name, { cpus, memory_mb }]) => [name, String(cpus), `${memory_mb} MB`]);
}
