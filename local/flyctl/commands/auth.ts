import type { Command } from "../cli/command.ts";
import { authDocker } from "./authDocker.ts";
import { authWhoami } from "./authWhoami.ts";

export const auth: Command = {
  name: "auth",
  short: "Manage authentication",
  long:
    "Authenticate with Fly (and logout if you need to). If you do not have an account, start with the AUTH SIGNUP " +
    "command. If you do have an account, begin with the AUTH LOGIN subcommand.",
  commands: [authDocker, authWhoami],
  notEmulated: {
    login: "Log in a user",
    logout: "Logs out the currently logged in user",
    signup: "Create a new fly account",
  },
};
