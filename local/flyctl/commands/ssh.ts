import type { Command } from "../cli/command.ts";

export const ssh: Command = {
  name: "ssh",
  short: "Use SSH to log into or run commands on Machines",
  commands: [],
  notEmulated: {
    console: "Connect to a running instance of the current app.",
    issue: "Issue a new SSH credential",
    log: "Log of all issued SSH certs",
    sftp: "Get or put files from a remote VM.",
  },
};
