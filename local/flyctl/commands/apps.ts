import type { Command } from "../cli/command.ts";
import { appsCreate } from "./appsCreate.ts";
import { appsDestroy } from "./appsDestroy.ts";
import { appsList } from "./appsList.ts";
import { releases } from "./releases.ts";

export const apps: Command = {
  name: "apps",
  aliases: ["app"],
  short: "Manage apps.",
  long: "Manage your Fly applications.",
  commands: [appsCreate, appsDestroy, appsList, releases],
  notEmulated: {
    errors: "View application errors on Sentry.io",
    move: "Move an app to another organization.",
    open: "Open browser to current deployed application",
    restart: "Restart an application.",
  },
};
