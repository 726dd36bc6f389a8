import type { Command } from "../cli/command.ts";
import { tokensCreateDeploy } from "./tokensCreateDeploy.ts";

export const tokens: Command = {
  name: "tokens",
  short: "Manage Fly.io API tokens",
  commands: [
    {
      name: "create",
      short: "Create Fly.io API tokens",
      commands: [tokensCreateDeploy],
      notEmulated: {
        "litefs-cloud": "Create LiteFS Cloud tokens",
        "machine-exec": "Create a machine exec token",
        org: "Create org deploy tokens",
        readonly: "Create read-only org tokens",
        ssh: "Create token for SSH'ing to a single app",
        wireguard: "Create a WireGuard token",
      },
    },
  ],
  notEmulated: {
    "3p": "Manage third-party (3P) caveats for Fly.io API tokens",
    attenuate: "Attenuate Fly.io API tokens",
    debug: "Debug Fly.io API tokens",
    list: "List tokens",
    revoke: "Revoke tokens",
  },
  hiddenNotEmulated: ["deploy", "org"],
};
