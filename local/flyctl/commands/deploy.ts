import { atMost, type Command } from "../cli/command.ts";
import { app, appConfig, yes } from "../cli/commonFlags.ts";
import type { FlagSet } from "../cli/flagSet.ts";
import { deployApp } from "../deploy/deployApp.ts";
import { FlyError } from "../errors.ts";
import { compressionLevelProblem, compressionProblem } from "../flyToml/validate.ts";
import { deployImageFlags } from "./deployImageFlags.ts";
import { deployMachineFlags } from "./deployMachineFlags.ts";
import { deployRolloutFlags } from "./deployRolloutFlags.ts";

export const deploy: Command = {
  name: "deploy",
  operands: "[WORKING_DIRECTORY]",
  short: "Deploy Fly applications",
  long:
    "Deploy Fly applications from source or an image using a local or remote builder.\n\n" +
    "To disable colorized output and show full Docker build output, set the environment variable NO_COLOR=1.",
  app: "required",
  arguments: atMost(1),
  firstArgumentIsWorkingDirectory: true,
  flags: [...deployImageFlags, ...deployMachineFlags, ...deployRolloutFlags, yes, app, appConfig],
  async run(invocation) {
    const { appName, environment, flags, http, settings, streams, tracer } = invocation;
    tracer.start({ appName, token: settings.tokens.preferred, http, environment, streams });
    try {
      await tracer.span("cmd.deploy", async () => {
        checkCompression(flags);
        await deployApp(invocation);
      });
    } finally {
      await tracer.stop();
    }
  },
};

function checkCompression(flags: FlagSet): void {
  const refuse = (problem: string | undefined, suggestion: string) => {
    if (problem) throw new FlyError(problem, { suggestion });
  };
  refuse(compressionProblem(flags.string("compression")), "Please use 'gzip', 'zstd', or omit the flag.");
  refuse(
    compressionLevelProblem(flags.number("compression-level")),
    "Please use an integer between 0 and 9, or omit the flag.",
  );
}
