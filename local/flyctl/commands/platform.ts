import type { Command } from "../cli/command.ts";
import { platformRegions } from "./platformRegions.ts";
import { platformVmSizes } from "./platformVmSizes.ts";

export const platform: Command = {
  name: "platform",
  short: "Fly platform information",
  long: "The PLATFORM commands are for users looking for information about the Fly platform.",
  commands: [platformRegions, platformVmSizes],
  notEmulated: {
    status:
      "Show current platform status with an optional filter for maintenance or incidents in json mode (eg. incidents, " +
      "maintenance)",
  },
};
