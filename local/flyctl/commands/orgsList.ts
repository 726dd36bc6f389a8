import { organizationsOf } from "../api/account.ts";
import type { Command } from "../cli/command.ts";
import { json } from "../cli/commonFlags.ts";
import { sortedKeys } from "../go/json.ts";
import { printJson } from "../invocation.ts";

export const orgsList: Command = {
  name: "list",
  aliases: ["ls"],
  short: "Lists organizations for current user",
  long: "Lists organizations available to current user.",
  flags: [json],
  async run(invocation) {
    const organizations = await organizationsOf(invocation);
    if (invocation.settings.jsonOutput) {
      printJson(
        invocation,
        sortedKeys(Object.fromEntries(organizations.map(({ Slug, Name }) => [Slug, Name]))),
      );
      return;
    }
    const rows = organizations.map(({ Name, Slug, Type }) => [Name, Slug, Type]);
    if (rows.length > 0) rows.unshift(["Name", "Slug", "Type"], ["----", "----", "----"]);
    for (const [name = "", slug = "", type = ""] of rows) {
      invocation.streams.out(`${name.padEnd(20)} ${slug.padEnd(20)} ${type.padEnd(10)}\n`);
    }
  },
};
