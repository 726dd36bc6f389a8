import type { Command } from "../cli/command.ts";
import { buildInfo } from "../version.ts";

export const version: Command = {
  name: "version",
  withoutToken: true,
  async run({ streams }) {
    const { Name, Version, OS, Architecture, Commit, BuildDate, BranchName } = buildInfo;
    streams.out(
      `${Name} v${Version} ${OS}/${Architecture} Commit: ${Commit} BuildDate: ${BuildDate} BranchName: ${BranchName}\n`,
    );
  },
};
