import type { Command } from "../cli/command.ts";
import { app, dnsChecks } from "../cli/commonFlags.ts";
import { deploySecrets } from "../secrets/changeSecrets.ts";

export const secretsDeploy: Command = {
  name: "deploy",
  app: "required",
  flags: [app, dnsChecks],
  run: deploySecrets,
};
