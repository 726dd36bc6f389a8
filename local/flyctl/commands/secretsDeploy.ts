import type { Command } from "../cli/command.ts";
import { app, appConfig, detach, dnsChecks } from "../cli/commonFlags.ts";
import { deploySecrets } from "../secrets/changeSecrets.ts";

const about = "Deploy staged secrets for an application";

export const secretsDeploy: Command = {
  name: "deploy",
  operands: "[flags]",
  short: about,
  long: about,
  app: "required",
  flags: [app, appConfig, detach, dnsChecks],
  run: deploySecrets,
};
