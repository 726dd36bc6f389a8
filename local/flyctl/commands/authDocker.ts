import { execa } from "execa";
import type { Command } from "../cli/command.ts";
import { FlyError, NotEmulated } from "../errors.ts";

export const authDocker: Command = {
  name: "docker",
  async run({ settings, streams }) {
    const { registryHost, tokens } = settings;
    // The token goes through stdin, because an argument would show in the list of processes.
    const login = await execa("docker", ["login", "--username=x", "--password-stdin", registryHost], {
      input: tokens.preferred,
      reject: false,
      all: true,
    });
    if (login.exitCode === undefined) throw new NotEmulated("`flyctl auth docker` without the docker CLI");
    if (login.failed) throw new FlyError(`failed authenticating with ${registryHost}: ${login.all}`);
    // Only a macaroon tells when it expires, and the stand-in cannot read one.
    streams.out("Authentication successful. Credential expiration: unknown.\n");
    streams.out(`\nYou can now tag and push images to ${registryHost}/{your-app}\n`);
  },
};
