import type { Command } from "../cli/command.ts";
import { json } from "../cli/commonFlags.ts";
import { goJson } from "../go/json.ts";
import { buildInfo } from "../version.ts";

export const version: Command = {
  name: "version",
  short: "Show version information for the flyctl command",
  long: "Shows version information for the flyctl command itself, including version number and build date.",
  withoutToken: true,
  flags: [json],
  notEmulated: { upgrade: "Checks for available updates and automatically upgrades" },
  hiddenNotEmulated: ["save-install"],
  async run({ settings, streams }) {
    const { Name, Version, OS, Architecture, Commit, BuildDate, BranchName } = buildInfo;
    streams.out(
      settings.jsonOutput
        ? `${goJson(buildInfo)}\n`
        : `${Name} v${Version} ${OS}/${Architecture} Commit: ${Commit} BuildDate: ${BuildDate} BranchName: ${BranchName}\n`,
    );
  },
};
