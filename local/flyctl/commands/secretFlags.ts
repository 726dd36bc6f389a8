import { app, appConfig, detach, dnsChecks } from "../cli/commonFlags.ts";
import type { Flag } from "../cli/flagSet.ts";

/** Flags of the commands that change secrets. */
export const secretFlags: Flag[] = [
  app,
  appConfig,
  detach,
  { name: "stage", type: "bool", help: "Set secrets but skip deployment for machine apps" },
  dnsChecks,
];
