import type { Command } from "../cli/command.ts";
import { app } from "../cli/commonFlags.ts";
import { formatEntry } from "../logs/formatEntry.ts";
import { pollLogs } from "../logs/pollLogs.ts";

export const logs: Command = {
  name: "logs",
  app: "required",
  arguments: "none",
  flags: [app, { name: "no-tail", type: "bool" }],
  async run(invocation) {
    const { appName, flags, settings, streams } = invocation;
    const filter = { region: settings.region };
    for await (const entry of pollLogs(invocation, appName, filter, !flags.bool("no-tail")))
      streams.out(formatEntry(entry));
  },
};
