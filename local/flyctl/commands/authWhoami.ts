import { viewerOf } from "../api/account.ts";
import type { Command } from "../cli/command.ts";
import { json } from "../cli/commonFlags.ts";
import { prefixed } from "../errors.ts";
import { printJson } from "../invocation.ts";

export const authWhoami: Command = {
  name: "whoami",
  short: "Displays the users email address/service identity currently\nauthenticated and in use.\n",
  long: "Show the currently authenticated user",
  flags: [json],
  async run(invocation) {
    const { email } = await viewerOf(invocation).catch((error) => {
      throw prefixed("failed retrieving current user: ", error);
    });
    if (invocation.settings.jsonOutput) printJson(invocation, { email });
    else invocation.streams.out(`${email}\n`);
  },
};
