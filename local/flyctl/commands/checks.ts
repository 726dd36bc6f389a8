import type { Command } from "../cli/command.ts";
import { app, appConfig } from "../cli/commonFlags.ts";
import { checksList } from "./checksList.ts";

export const checks: Command = {
  name: "checks",
  short: "Manage health checks",
  flags: [app, appConfig],
  commands: [checksList],
};
