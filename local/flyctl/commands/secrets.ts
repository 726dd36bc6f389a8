import type { Command } from "../cli/command.ts";
import { secretsDeploy } from "./secretsDeploy.ts";
import { secretsImport } from "./secretsImport.ts";
import { secretsList } from "./secretsList.ts";
import { secretsSet } from "./secretsSet.ts";
import { secretsUnset } from "./secretsUnset.ts";

export const secrets: Command = {
  name: "secrets",
  short: "Manage application secrets with the set and unset commands.",
  long:
    "Secrets are provided to applications at runtime as ENV variables. Names are case sensitive and stored as-is, so " +
    "ensure names are appropriate for the application and vm environment.",
  commands: [secretsDeploy, secretsImport, secretsList, secretsSet, secretsUnset],
  notEmulated: {
    sync: "Sync flyctl with the latest versions of app secrets, even if they were set elsewhere",
  },
  hiddenNotEmulated: ["keys"],
};
