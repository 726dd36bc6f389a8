import type { Command } from "../cli/command.ts";
import { configValidate } from "./configValidate.ts";

export const config: Command = {
  name: "config",
  short: "Manage an app's configuration",
  long: "The CONFIG commands allow you to work with an application's configuration.",
  commands: [configValidate],
  notEmulated: {
    env: "Display an app's runtime environment variables",
    save: "Save an app's config file",
    show: "Show an app's configuration",
  },
};
