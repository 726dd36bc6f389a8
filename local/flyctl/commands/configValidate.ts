import type { Command } from "../cli/command.ts";
import { app, appConfig } from "../cli/commonFlags.ts";
import { FlyError } from "../errors.ts";
import { remoteConfig } from "../flyToml/remote.ts";
import { unrecognised } from "../flyToml/strict.ts";
import { invalidConfig, validate } from "../flyToml/validate.ts";

export const configValidate: Command = {
  name: "validate",
  short: "Validate an app's config file",
  long:
    "Validates an application's config file against the Fly platform to ensure it is correct and meaningful to the " +
    "platform.",
  app: "required",
  arguments: "none",
  flags: [
    app,
    appConfig,
    {
      name: "strict",
      short: "s",
      type: "bool",
      help: "Enable strict validation to check for unrecognized sections and keys",
    },
  ],
  async run(invocation) {
    const { appName, flags, streams } = invocation;
    const flyToml = invocation.flyToml ?? (await remoteConfig(invocation, appName));
    const isStrict = flags.bool("strict");
    if (isStrict && !invocation.flyToml) {
      throw new FlyError(
        `failed to load config for strict validation: open ${flyToml.path}: no such file or directory`,
      );
    }
    if (flyToml.problem) throw new FlyError(flyToml.problem);
    const { report, isValid } = validate(flyToml);
    streams.out(`${report}\n`);
    const unknown = isStrict ? unrecognised(flyToml.raw) : [];
    if (unknown.length > 0) {
      const list = unknown.join("\n");
      streams.out(`\nStrict validation found unrecognised sections or keys:\n${list}\n\n\n`);
    }
    if (!isValid) throw invalidConfig();
    if (unknown.length > 0) throw new FlyError("strict validation failed");
  },
};
